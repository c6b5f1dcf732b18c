/**
 * Text from bytes, by the shortest way for what SPOP carries: short ASCII. `Buffer.toString` costs about 0.1
 * microseconds whatever the length, several times what names of ten bytes need.
 */

/** Longest text that is put together here, in bytes. */
const shortBytes = 24

/** Names that were seen: engines send the same few again and again. Bounded, and a collision only costs time. */
const names: string[] = Array.from({ length: 512 }, () => '')

/** Decodes UTF-8 text; what is malformed turns into U+FFFD. */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  if (end - start > shortBytes) return bytes.toString('utf8', start, end)
  let at = start
  let text = ''
  for (; at + 8 <= end; at += 8) {
    const a = bytes[at]!
    const b = bytes[at + 1]!
    const c = bytes[at + 2]!
    const d = bytes[at + 3]!
    const e = bytes[at + 4]!
    const f = bytes[at + 5]!
    const g = bytes[at + 6]!
    const h = bytes[at + 7]!
    if ((a | b | c | d | e | f | g | h) > 0x7f) return bytes.toString('utf8', start, end)
    text += String.fromCharCode(a, b, c, d, e, f, g, h)
  }
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte > 0x7f) return bytes.toString('utf8', start, end)
    text += String.fromCharCode(byte)
  }
  return text
}

/** As `decodeText`, for names: gives the string of last time where the bytes are the same. */
export function decodeName(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length === 0) return ''
  const slot = (length * 31 + bytes[start]! * 7 + bytes[end - 1]!) % names.length
  const seen = names[slot]!
  if (seen.length === length && isText(bytes, start, end, seen)) return seen
  const name = decodeText(bytes, start, end)
  // As many characters as bytes: ASCII, and so comparable byte by byte.
  if (name.length === length && length <= 64) names[slot] = name
  return name
}

/** Whether `decodeText` would give this text, found out without decoding where both are ASCII. */
export function isText(bytes: Buffer, start: number, end: number, text: string): boolean {
  const { length } = text
  for (let index = 0; index < length && start + index < end; index++) {
    const unit = text.charCodeAt(index)
    const byte = bytes[start + index]!
    if ((unit | byte) > 0x7f) return bytes.toString('utf8', start, end) === text
    if (unit !== byte) return false
  }
  return end - start === length
}
