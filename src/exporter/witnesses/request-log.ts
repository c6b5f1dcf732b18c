import type { RequestLine } from '../../haproxy/instruments.ts'
import type { Precision } from '../judge.ts'
import { meanOf, wholeMilliseconds, type Claim, type Witness } from '../witness.ts'

/** `date(0,us)` before and after the event: microseconds, read once per poll loop. */
const microseconds: Precision = { resolutionMs: 0.001, belowMs: 0.001, aboveMs: 0.001 }

/** What an access log can hold of each request; the reading is the mean over all lines. */
export const requestLogWitnesses: readonly Witness[] = [
  inLog('set-process-time', 'the last SPOE event of the stream', 'message', (line) => line.processMs),
  inLog('set-total-time', 'all SPOE events of the stream', 'message', (line) => line.totalMs),
  inLog('%TR', 'the request up to its last rule, SPOE included', 'message', (line) => line.requestMs),
  inLog('%Tr', 'the origin, from request to response', 'rest', (line) => line.responseMs),
  inLog('%Ta', 'a request, SPOE included', 'message', (line) => line.activeMs),
  inLog(
    'date(0,us) around the event',
    'the event, on the clock of the poll loop',
    'message',
    ({ bracketUs }) => (bracketUs === null ? null : bracketUs / 1000),
    microseconds,
  ),
]

function inLog(
  name: string,
  measures: string,
  claim: Claim,
  valueMs: (line: RequestLine) => number | null,
  precision = wholeMilliseconds,
): Witness {
  return {
    name,
    measures,
    claim,
    statistic: 'mean',
    precision,
    rules: [],
    isReadTwice: false,
    read: ({ requestLines }) => meanOf(requestLines.map((line) => valueMs(line))),
  }
}
