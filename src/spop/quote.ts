import { inspect } from 'node:util'

/**
 * What a peer or a handler gave us, for an error message: in quotes, on one line, control characters escaped and
 * long text cut off, so that nobody writes lines or terminal codes of his own into a log.
 */
export function quote(given: unknown): string {
  return inspect(given, { maxStringLength: 100, maxArrayLength: 10, depth: 1, breakLength: Infinity })
}
