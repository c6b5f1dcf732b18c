export type OriginErrorCode = 'invalidOption' | 'notListening' | 'notOurs'

/** A failure at the edge to the origin: what was expected, what came, what to do. */
export class OriginError extends Error {
  override readonly name = 'OriginError'
  readonly code: OriginErrorCode

  constructor(code: OriginErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
