/**
 * What HAProxy can write down of every request and every SPOE message: the lines that make it do so, and the
 * parsers of what it then logs.
 *
 * Source: HAProxy's configuration manual, section 8.2 (timers) and `date`; doc/SPOE.txt, section 2.3
 * (`option set-process-time`, `option set-total-time`) and section 4 (logging).
 */
import { variablePrefix } from './spoe-names.ts'

/** Where log lines go: UDP on 127.0.0.1, the bare message. */
export function logTargetLine(port: number): string {
  return `log 127.0.0.1:${port} format raw local0`
}

const requestHead = 'spoe-bench-request'
const requestFields = [
  '%TR',
  '%Tw',
  '%Tc',
  '%Tr',
  '%Ta',
  `%[var(txn.${variablePrefix}.process_ms)]`,
  `%[var(txn.${variablePrefix}.total_ms)]`,
  '%[var(txn.before_us)]',
  '%[var(txn.after_us)]',
]

/**
 * Lines of a frontend. `first` and `last` bracket the event `on-frontend-http-request`: the clock is read in µs
 * before and after it, at the grain of HAProxy's poll loop. `first` has to stand before `http-request` rules.
 */
export const frontendInstruments = {
  first: [
    'log global',
    `log-format "${[requestHead, ...requestFields].join(' ')}"`,
    'tcp-request content set-var(txn.before_us) date(0,us)',
  ],
  last: ['http-request set-var(txn.after_us) date(0,us)'],
} as const

/** Lines of a `spoe-agent` section. */
export const agentInstruments = [
  'option set-process-time process_ms',
  'option set-total-time total_ms',
] as const

/** One request as HAProxy logged it; ms, but for the bracket. -1 is HAProxy's word for "did not happen". */
export interface RequestLine {
  /** %TR: from the first byte of the request to the end of its header and of what then held it up. */
  readonly requestMs: number
  /** %Tw */
  readonly queueMs: number
  /** %Tc */
  readonly connectMs: number
  /** %Tr: from the request sent to the server's response header. */
  readonly responseMs: number
  /** %Ta: the whole request, from its first byte to the response's last. */
  readonly activeMs: number
  /** `set-process-time`, `set-total-time`: null where the variable was not set. */
  readonly processMs: number | null
  readonly totalMs: number | null
  /** Between the two readings of the clock. */
  readonly bracketUs: number | null
}

/** Null where the line is not one of `frontendInstruments`. */
export function parseRequestLine(line: string): RequestLine | null {
  const [head, ...texts] = line.trim().split(' ')
  if (head !== requestHead || texts.length !== requestFields.length) return null
  const [requestMs, queueMs, connectMs, responseMs, activeMs, ...variables] = texts.map(Number)
  const [processMs, totalMs, beforeUs, afterUs] = variables.map((value) =>
    // An unset variable is logged as "-".
    Number.isFinite(value) ? value : null,
  )
  return {
    requestMs: requestMs as number,
    queueMs: queueMs as number,
    connectMs: connectMs as number,
    responseMs: responseMs as number,
    activeMs: activeMs as number,
    processMs: processMs ?? null,
    totalMs: totalMs ?? null,
    bracketUs: beforeUs == null || afterUs == null ? null : afterUs - beforeUs,
  }
}

/** One event of a stream as SPOE logged it. */
export interface MessageLine {
  /** `spoe-agent` section. */
  readonly agent: string
  readonly event: string
  /** 0: answered. */
  readonly status: number
  /** From the event to its end. */
  readonly processMs: number
  /** Up to 3.0: how that divides into waiting to be sent and waiting for the ACK. */
  readonly waits: { readonly queueMs: number; readonly ackMs: number } | null
  /** Errors and messages of this agent so far. */
  readonly errors: number
  readonly processed: number
}

/**
 * Up to 3.0: `... sid=1 st=0 0/0/20/0/20 1/1 0/0 0/1` (request/queue/ACK/response/process, applets, queues, errors);
 * from 3.1 on: `... sid=1 st=0 20 0/1`. Null where the line is no such line.
 */
export function parseMessageLine(line: string): MessageLine | null {
  const found =
    /SPOE: \[([^\]]+)\] <EVENT:([\w-]+)> sid=\d+ st=(\d+) (-?\d+(?:\/-?\d+)*)(?: \d+\/\d+)* (\d+)\/(\d+)\s*$/.exec(
      line,
    )
  if (found === null) return null
  const [, agent = '', event = '', status, timers = '', errors, processed] = found
  const times = timers.split('/').map(Number)
  return {
    agent,
    event,
    status: Number(status),
    processMs: times.at(-1) as number,
    waits: times.length === 5 ? { queueMs: times[1] as number, ackMs: times[2] as number } : null,
    errors: Number(errors),
    processed: Number(processed),
  }
}
