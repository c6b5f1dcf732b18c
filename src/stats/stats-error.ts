export type StatsErrorCode = 'EMPTY_SAMPLE' | 'NOT_FINITE' | 'OUT_OF_RANGE'

/** The caller asked for something that has no answer; too few blocks is no error, it is a null bound. */
export class StatsError extends Error {
  override readonly name = 'StatsError'
  readonly code: StatsErrorCode

  constructor(code: StatsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Gives the value back. @throws StatsError OUT_OF_RANGE unless 0 < value < 1. */
export function requireProbability(name: string, value: number): number {
  if (value > 0 && value < 1) return value
  throw new StatsError('OUT_OF_RANGE', `expected ${name} between 0 and 1, both excluded, got ${value}`)
}
