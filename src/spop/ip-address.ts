import { quote } from './quote.ts'
import { SpopError } from './status.ts'

/** IP addresses between their bytes in network order and their text. */

/** Each byte in decimal: numbers turn into text more slowly than text is looked up. */
const decimals: readonly string[] = Array.from({ length: 256 }, (_, byte) => String(byte))

/** Dotted decimal text of four bytes. */
export function formatIpv4(bytes: Uint8Array, offset = 0): string {
  const [a, b] = [decimals[bytes[offset]!], decimals[bytes[offset + 1]!]]
  const [c, d] = [decimals[bytes[offset + 2]!], decimals[bytes[offset + 3]!]]
  return `${a}.${b}.${c}.${d}`
}

/** Canonical text of sixteen bytes (RFC 5952): lower case, the longest run of zero groups as `::`. */
export function formatIpv6(bytes: Uint8Array, offset = 0): string {
  const groups = Array.from(
    { length: 8 },
    (_, index) => (bytes[offset + 2 * index]! << 8) | bytes[offset + 2 * index + 1]!,
  )
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
  if (mapped) return `::ffff:${formatIpv4(bytes, offset + 12)}`
  let runStart = 0
  let runLength = 0
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > runLength) [runStart, runLength] = [start, length]
  }
  const hex = groups.map((group) => group.toString(16))
  if (runLength < 2) return hex.join(':')
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`
}

/**
 * Four bytes of dotted decimal text.
 * @throws SpopError `invalidArgument` for any other text.
 */
export function parseIpv4(text: string): Uint8Array {
  const parts = text.split('.')
  const isValid =
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  if (!isValid)
    throw new SpopError('invalidArgument', `Expected an IPv4 address such as 192.0.2.1, got ${quote(text)}`)
  return Uint8Array.from(parts, Number)
}

/**
 * Sixteen bytes of IPv6 text: full, shortened with `::`, or ending in dotted decimal; no zone.
 * @throws SpopError `invalidArgument` for any other text.
 */
export function parseIpv6(text: string): Uint8Array {
  const halves = text.split('::')
  const [head, tail] = [toGroups(halves[0]!, halves.length === 1), toGroups(halves[1] ?? '', true)]
  const missing = head && tail ? 8 - head.length - tail.length : -1
  const isValid = halves.length === 1 ? missing === 0 : halves.length === 2 && missing >= 1
  if (!head || !tail || !isValid) {
    throw new SpopError('invalidArgument', `Expected an IPv6 address such as 2001:db8::1, got ${quote(text)}`)
  }
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

/** The 16-bit groups of one half of an IPv6 address, or undefined where it is none. */
function toGroups(half: string, isLast: boolean): number[] | undefined {
  if (half === '') return []
  const parts = half.split(':')
  const last = parts.at(-1)!
  const groups: number[] = []
  for (const part of isLast && last.includes('.') ? parts.slice(0, -1) : parts) {
    if (!/^[\da-f]{1,4}$/i.test(part)) return undefined
    groups.push(Number.parseInt(part, 16))
  }
  if (isLast && last.includes('.')) {
    const bytes = parseIpv4(last)
    groups.push((bytes[0]! << 8) | bytes[1]!, (bytes[2]! << 8) | bytes[3]!)
  }
  return groups
}
