export type HostErrorCode =
  | 'DISTANCE_FAILED'
  | 'GUARD_OPTIONS'
  | 'PIN_FAILED'
  | 'RUN_LOCK_HELD'
  | 'RUN_LOCK_STRANGER'
  | 'RUN_LOCK_FAILED'
  | 'SPINNER_FAILED'

/** What this machine refused or could not give. `code` is stable, the message is for a person. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: HostErrorCode

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
