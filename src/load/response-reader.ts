const endOfHeader = Buffer.from('\r\n\r\n')

/** What one connection has of the response that it waits for. */
export interface PartialResponse {
  /** null: nothing yet, or all of it was taken. */
  received: Buffer | null
}

export interface ReadResponse {
  readonly status: number
  readonly body: string
}

/**
 * Reads responses that differ in their bodies alone: the header of the first good one is what the others are
 * compared with, byte for byte, so that a whole response in one piece costs one comparison.
 */
export interface ResponseReader {
  /**
   * @param bytes of which the first `count` are new; they are not kept
   * @returns null while more is to come
   * @throws {Error} for what is no response, or more than one
   */
  read(partial: PartialResponse, bytes: Buffer, count: number): ReadResponse | null
}

export function createResponseReader(): ResponseReader {
  let header: Buffer | null = null
  let bodyLength = 0

  function isLikeTheFirst(bytes: Buffer, count: number): boolean {
    if (header === null || count !== header.length + bodyLength) return false
    return bytes.compare(header, 0, header.length, 0, header.length) === 0
  }

  return {
    read(partial, bytes, count) {
      if (partial.received === null && isLikeTheFirst(bytes, count)) {
        return { status: 200, body: bytes.toString('latin1', (header as Buffer).length, count) }
      }
      const chunk = bytes.subarray(0, count)
      const received =
        partial.received === null ? Buffer.from(chunk) : Buffer.concat([partial.received, chunk])
      partial.received = received
      const end = received.indexOf(endOfHeader)
      if (end < 0) return null
      const start = end + endOfHeader.length
      const text = received.toString('latin1', 0, start)
      const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(text)?.[1] ?? NaN)
      const length = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1] ?? NaN)
      if (Number.isNaN(status) || Number.isNaN(length) || received.length > start + length) {
        throw new Error(
          `expected one response with a content-length, got ${JSON.stringify(text.slice(0, 60))}`,
        )
      }
      if (received.length < start + length) return null
      partial.received = null
      if (status === 200 && header === null) {
        header = received.subarray(0, start)
        bodyLength = length
      }
      return { status, body: received.toString('latin1', start) }
    },
  }
}
