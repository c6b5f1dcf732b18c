/** Why there is no comparison, or why a run does not go into a baseline. */
export type BaselineErrorCode = 'usage' | 'not-comparable' | 'incomplete' | 'invalid'

/** DESIGN: the same everywhere. */
const exitCodes: Record<BaselineErrorCode, number> = {
  usage: 2,
  incomplete: 2,
  'not-comparable': 4,
  invalid: 5,
}

export class BaselineError extends Error {
  override readonly name = 'BaselineError'
  readonly code: BaselineErrorCode

  constructor(code: BaselineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get exitCode(): number {
    return exitCodes[this.code]
  }
}
