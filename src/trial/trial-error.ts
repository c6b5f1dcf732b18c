/** What can go wrong with a trial, apart from its parts: each has an error class of its own. */
export type TrialErrorCode = 'usage' | 'folder' | 'records' | 'stack' | 'case' | 'interrupted'

export class TrialError extends Error {
  override readonly name = 'TrialError'
  readonly code: TrialErrorCode

  constructor(code: TrialErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
