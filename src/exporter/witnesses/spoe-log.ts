import type { MessageLine } from '../../haproxy/instruments.ts'
import { meanOf, wholeMilliseconds, type Witness } from '../witness.ts'

/** `log` in the `spoe-agent` section: a line per event. Only up to 3.0 it says how long was waited for the ACK. */
export const spoeLogWitnesses: readonly Witness[] = [
  inLog('SPOE log, process', 'the event', ({ processMs }) => processMs),
  inLog(
    'SPOE log, wait for the ACK',
    'the agent, from NOTIFY sent to ACK',
    ({ waits }) => waits?.ackMs ?? null,
  ),
]

function inLog(name: string, measures: string, valueMs: (line: MessageLine) => number | null): Witness {
  return {
    name,
    measures,
    claim: 'message',
    statistic: 'mean',
    precision: wholeMilliseconds,
    rules: [],
    isReadTwice: false,
    read: ({ messageLines }) => meanOf(messageLines.map((line) => valueMs(line))),
  }
}
