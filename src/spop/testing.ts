/**
 * Bytes for tests, built the plainest way there is from SPOE.txt, section 3, and from nothing of the codec: a
 * mistake there must not be made here as well. Everything is an array of numbers.
 */

export type Bytes = readonly number[]

/** "f0 00" as bytes. */
export function hex(text: string): Bytes {
  return text.match(/[\da-f]{2}/gi)?.map((pair) => Number.parseInt(pair, 16)) ?? []
}

/** Bytes as "f0 00". */
export function toHex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

/** Peers encoding by its table: what remains above 240 in four bits, then in sevens. */
export function varint(value: number | bigint): Bytes {
  const big = BigInt(value)
  if (big < 240n) return [Number(big)]
  const rest = (big - 240n) / 16n
  return [0xf0 + Number((big - 240n) % 16n), ...sevens(rest)]
}

function sevens(rest: bigint): Bytes {
  if (rest < 128n) return [Number(rest)]
  return [0x80 + Number((rest - 128n) % 128n), ...sevens((rest - 128n) / 128n)]
}

export function u32(value: number): Bytes {
  return [value / 0x1000000, value / 0x10000, value / 0x100, value].map((part) => Math.floor(part) % 256)
}

export function ascii(text: string): Bytes {
  return Array.from(text, (character) => character.charCodeAt(0))
}

/** STRING or BINARY: varint length and bytes. */
export function sized(content: string | Bytes): Bytes {
  const bytes = typeof content === 'string' ? ascii(content) : content
  return [...varint(bytes.length), ...bytes]
}

/** Typed data by hand: the first byte is type plus flags. */
export const typed = {
  null: hex('00'),
  true: hex('11'),
  false: hex('01'),
  int32: (value: number | bigint): Bytes => [2, ...varint(value)],
  uint32: (value: number | bigint): Bytes => [3, ...varint(value)],
  int64: (value: number | bigint): Bytes => [4, ...varint(value)],
  uint64: (value: number | bigint): Bytes => [5, ...varint(value)],
  ipv4: (...bytes: number[]): Bytes => [6, ...bytes],
  ipv6: (...bytes: number[]): Bytes => [7, ...bytes],
  string: (content: string | Bytes): Bytes => [8, ...sized(content)],
  binary: (content: Bytes): Bytes => [9, ...sized(content)],
}

/** KV-LIST items: name, typed data, name, typed data… */
export function kv(...namesAndValues: (string | Bytes)[]): Bytes {
  return namesAndValues.flatMap((part) => (typeof part === 'string' ? sized(part) : part))
}

/** A message: name, number of arguments, arguments. */
export function message(name: string, argCount: number, ...args: (string | Bytes)[]): Bytes {
  return [...sized(name), argCount, ...kv(...args)]
}

export interface RawFrame {
  type: number
  flags?: number
  streamId?: number | bigint
  frameId?: number | bigint
  payload?: Bytes
}

/** A frame and the length before it. */
export function frame({ type, flags = 1, streamId = 0, frameId = 0, payload = [] }: RawFrame): Buffer {
  const body = [type, ...u32(flags), ...varint(streamId), ...varint(frameId), ...payload]
  return Buffer.from([...u32(body.length), ...body])
}

/** HAPROXY-HELLO as HAProxy 3.x sends it, or with other items. */
export function haproxyHello(items: Bytes = helloItems()): Buffer {
  return frame({ type: 1, payload: items })
}

export function helloItems({
  versions = '2.0',
  size = 16_380,
  capabilities = 'pipelining',
  engineId = 'f0e1d2c3-engine',
} = {}): Bytes {
  return kv(
    'supported-versions',
    typed.string(versions),
    'max-frame-size',
    typed.uint32(size),
    'capabilities',
    typed.string(capabilities),
    'engine-id',
    typed.string(engineId),
  )
}

/** NOTIFY with one message of one argument, or another payload. */
export function notify(streamId: number | bigint = 1, frameId: number | bigint = 1, payload?: Bytes): Buffer {
  return frame({
    type: 3,
    streamId,
    frameId,
    payload: payload ?? message('check-client-ip', 1, 'ip', typed.ipv4(127, 0, 0, 1)),
  })
}

export function haproxyDisconnect(statusCode = 0, text = 'normal'): Buffer {
  return frame({
    type: 2,
    payload: kv('status-code', typed.uint32(statusCode), 'message', typed.string(text)),
  })
}

/** What an AGENT-DISCONNECT with a status code starts with: type, flags FIN, ids 0, status-code. */
export function agentDisconnectPrefix(statusCode: number): string {
  return toHex([102, ...u32(1), 0, 0, ...kv('status-code', typed.uint32(statusCode))])
}
