import { minMaxFrameSize } from '../spop/frame.ts'
import { quote } from '../spop/quote.ts'
import { AgentError } from './agent-error.ts'

/** Bounds on what peers may cost us. A timeout of 0 is none, but for `closeTimeoutMs`. */
export interface AgentLimits {
  /** Our own max-frame-size in bytes, 256 to 2^31; the lower of both sides' is enforced both ways. @default 65536 */
  readonly maxFrameSize: number
  /** Open connections; one more is told status code 13 and closed. @default 1024 */
  readonly connections: number
  /** NOTIFYs of one connection whose handler has not answered; at that many we stop reading it. @default 128 */
  readonly inFlightPerConnection: number
  /** Milliseconds from connecting to a whole HELLO; then status code 2. @default 10000 */
  readonly handshakeTimeoutMs: number
  /** Milliseconds (up to twice that) without a byte from the peer or work for it; then status code 2. @default 600000 */
  readonly idleTimeoutMs: number
  /** Milliseconds for a handler; then its signal aborts and the NOTIFY gets an empty ACK. @default 60000 */
  readonly handlerTimeoutMs: number
  /** Milliseconds that `close` waits for handlers and peers; 0 cuts them off at once. @default 5000 */
  readonly closeTimeoutMs: number
}

/** What counts for each limit that is not given. */
export const defaultLimits: AgentLimits = {
  maxFrameSize: 65_536,
  connections: 1024,
  inFlightPerConnection: 128,
  handshakeTimeoutMs: 10_000,
  idleTimeoutMs: 600_000,
  handlerTimeoutMs: 60_000,
  closeTimeoutMs: 5_000,
}

/** The longest that a timer of Node can wait. */
const maxTimeoutMs = 2 ** 31 - 1

/**
 * Fills in the defaults, also for what is undefined.
 * @throws AgentError `invalidOption` for a limit that is no integer in its range, or that there is not.
 */
export function resolveLimits(limits: Partial<AgentLimits> = {}): AgentLimits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined)
  const unknown = given.find(([name]) => !Object.hasOwn(defaultLimits, name))
  if (unknown) {
    const names = Object.keys(defaultLimits).join(', ')
    throw new AgentError('invalidOption', `Expected limits of ${names}, got ${quote(unknown[0])}`)
  }
  const resolved: AgentLimits = { ...defaultLimits, ...Object.fromEntries(given) }
  checkInteger('limits.maxFrameSize', resolved.maxFrameSize, minMaxFrameSize, 2 ** 31)
  checkInteger('limits.connections', resolved.connections, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('limits.inFlightPerConnection', resolved.inFlightPerConnection, 1, Number.MAX_SAFE_INTEGER)
  checkTimeout('limits.handshakeTimeoutMs', resolved.handshakeTimeoutMs)
  checkTimeout('limits.idleTimeoutMs', resolved.idleTimeoutMs)
  checkTimeout('limits.handlerTimeoutMs', resolved.handlerTimeoutMs)
  checkTimeout('limits.closeTimeoutMs', resolved.closeTimeoutMs)
  return resolved
}

/** @throws AgentError `invalidOption` for milliseconds that no timer of Node can wait. */
export function checkTimeout(name: string, valueMs: number): void {
  checkInteger(name, valueMs, 0, maxTimeoutMs)
}

/** @throws AgentError `invalidOption` for a value that is no integer in this range. */
export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new AgentError(
    'invalidOption',
    `Expected ${name} to be an integer of ${least} to ${most}, got ${quote(value)}`,
  )
}
