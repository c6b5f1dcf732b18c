/**
 * Status codes of DISCONNECT frames, and the one error of the codec that carries them.
 * Source: SPOE.txt, section 3.5.
 */
export const statusCode = {
  normal: 0,
  ioError: 1,
  timeout: 2,
  frameTooBig: 3,
  invalidFrame: 4,
  versionNotFound: 5,
  maxFrameSizeNotFound: 6,
  capabilitiesNotFound: 7,
  unsupportedVersion: 8,
  badMaxFrameSize: 9,
  fragmentationNotSupported: 10,
  invalidInterlacedFrames: 11,
  frameIdNotFound: 12,
  resourceAllocation: 13,
  unknown: 99,
} as const

/** One of the status codes that SPOE.txt assigns. */
export type StatusCode = (typeof statusCode)[keyof typeof statusCode]

/** What went wrong, as a stable word: the name of the status code, or a caller's mistake. */
export type SpopErrorCode = keyof typeof statusCode | 'invalidArgument'

/**
 * The codec's error. `statusCode` is what a DISCONNECT frame should tell the peer; `code` is its name, or
 * `invalidArgument` where the caller (not the peer) handed in something that cannot be encoded.
 */
export class SpopError extends Error {
  override readonly name = 'SpopError'
  readonly code: SpopErrorCode
  readonly statusCode: StatusCode

  constructor(code: SpopErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.statusCode = code === 'invalidArgument' ? statusCode.unknown : statusCode[code]
  }
}

const reasons: Readonly<Record<StatusCode, string>> = {
  0: 'normal',
  1: 'I/O error',
  2: 'a timeout occurred',
  3: 'frame is too big',
  4: 'invalid frame received',
  5: 'version value not found',
  6: 'max-frame-size value not found',
  7: 'capabilities value not found',
  8: 'unsupported version',
  9: 'max-frame-size too big or too small',
  10: 'fragmentation not supported',
  11: 'invalid interlaced frames',
  12: 'frame-id not found',
  13: 'resource allocation error',
  99: 'an unknown error occurred',
}

/** The words that go with a status code, for the `message` of a DISCONNECT frame. */
export function statusReason(code: number): string {
  return (reasons as Readonly<Record<number, string>>)[code] ?? `status code ${code}`
}
