export type HaproxyErrorCode =
  /** No usable HAProxy on this machine and none could be downloaded. */
  | 'NOT_FOUND'
  /** An HAProxy is there, but of another release or without what the bench needs. */
  | 'UNSUITABLE'
  | 'DOWNLOAD_FAILED'
  /** HAProxy ended before its frontends accepted. */
  | 'EARLY_EXIT'
  | 'PORT_IN_USE'
  /** A file or an option of the user's own that HAProxy or we can not take. */
  | 'USER_CONFIG'
  | 'BOOT_TIMEOUT'
  | 'CANCELLED'
  /** The stats socket did not answer. */
  | 'STATS_SOCKET'
  /** The exporter did not answer, or without the metric that was asked for. */
  | 'EXPORTER'
  /** Log lines that were expected did not come. */
  | 'LOG'

/** A failure at the edge to HAProxy: what was expected, what came, what to do. */
export class HaproxyError extends Error {
  override readonly name = 'HaproxyError'
  readonly code: HaproxyErrorCode

  constructor(code: HaproxyErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
