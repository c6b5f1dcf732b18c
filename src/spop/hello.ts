import { ByteWriter } from './byte-writer.ts'
import { Cursor } from './cursor.ts'
import { encodeFrame, frameType, minMaxFrameSize } from './frame.ts'
import type { FrameView } from './frame-parser.ts'
import { isFinal, streamIdOf, frameIdOf } from './frame-parser.ts'
import { readKvList, writeKvList } from './kv-list.ts'
import type { KvEntry } from './kv-list.ts'
import { quote } from './quote.ts'
import { SpopError } from './status.ts'
import type { TypedValue } from './typed-data.ts'

/** The version this codec speaks, and the only one there is (SPOE.txt, section 3.2.5). */
export const spopVersion = '2.0'

/** What a handshake agreed on. */
export interface Hello {
  /** Which SPOE engine connects; health checks name none. */
  readonly engineId: string | undefined
  /** Agreed version, always "2.0". */
  readonly version: typeof spopVersion
  /** HAProxy's "supported-versions", as it sent it. */
  readonly supportedVersions: string
  /** Agreed max-frame-size in bytes, both ways: the lower of the two. */
  readonly maxFrameSize: number
  /** max-frame-size that HAProxy offered, in bytes. */
  readonly peerMaxFrameSize: number
  /** Capabilities that HAProxy offered, trimmed. */
  readonly capabilities: readonly string[]
  /** Whether ACKs may come later and in any order: HAProxy offered it and we took it. */
  readonly isPipelining: boolean
  /** True for a health check: the agent replies and closes. */
  readonly healthcheck: boolean
}

/** Our side of the handshake. */
export interface HelloOptions {
  /** Our own max-frame-size in bytes, at least 256. */
  readonly maxFrameSize: number
  /** Whether to take HAProxy's offer of pipelining. */
  readonly pipelining: boolean
}

/** Outcome of a handshake: the AGENT-HELLO to send, or the error whose status code a DISCONNECT must carry. */
export type Handshake =
  | { readonly isAccepted: true; readonly hello: Hello; readonly reply: Buffer }
  | { readonly isAccepted: false; readonly error: SpopError }

/** Type each known item must have (SPOE.txt, section 3.2.4). */
const itemTypes: Readonly<Record<string, TypedValue['type']>> = {
  'supported-versions': 'string',
  'max-frame-size': 'uint32',
  capabilities: 'string',
  healthcheck: 'bool',
  'engine-id': 'string',
}

/**
 * Answers a HAPROXY-HELLO (SPOE.txt, sections 3.2.4 and 3.2.5): pure, from its bytes and our options to the
 * reply. Never accepts `async` (up to 3.0, HAProxy then waits out the processing timeout when we close) nor
 * `fragmentation` (we do not reassemble).
 */
export function negotiateHello(frame: FrameView, options: HelloOptions): Handshake {
  const hello = readHello(frame, options)
  if (hello instanceof SpopError) return { isAccepted: false, error: hello }
  return { isAccepted: true, hello, reply: encodeAgentHello(hello) }
}

function readHello(frame: FrameView, options: HelloOptions): Hello | SpopError {
  if (frame.type !== frameType.haproxyHello) {
    return new SpopError('invalidFrame', `Expected HAPROXY-HELLO (type 1) first, got type ${frame.type}`)
  }
  if (!isFinal(frame))
    return new SpopError('fragmentationNotSupported', 'Expected an unfragmented HELLO, got FIN clear')
  if (streamIdOf(frame) !== 0 || frameIdOf(frame) !== 0) {
    return new SpopError('invalidFrame', 'Expected HELLO with STREAM-ID 0 and FRAME-ID 0, got others')
  }
  const entries = readKvList(new Cursor(frame.bytes, frame.payloadOffset, frame.end))
  if (!entries) return new SpopError('invalidFrame', 'Expected a KV-LIST in HELLO, got malformed data')

  // A name that comes twice counts with its last value, as HAProxy reads it.
  const items = new Map<string, TypedValue>()
  for (const { name, value } of entries) {
    const type = Object.hasOwn(itemTypes, name) ? itemTypes[name] : undefined
    if (type !== undefined && type !== value.type) {
      return new SpopError('invalidFrame', `Expected "${name}" of HELLO to be a ${type}, got a ${value.type}`)
    }
    items.set(name, value)
  }
  const versions = items.get('supported-versions')
  const size = items.get('max-frame-size')
  const offered = items.get('capabilities')
  if (versions?.type !== 'string')
    return new SpopError('versionNotFound', 'Expected "supported-versions" in HELLO')
  if (size?.type !== 'uint32')
    return new SpopError('maxFrameSizeNotFound', 'Expected "max-frame-size" in HELLO')
  if (offered?.type !== 'string')
    return new SpopError('capabilitiesNotFound', 'Expected "capabilities" in HELLO')

  const majors = majorVersions(versions.value)
  if (!majors) {
    return new SpopError(
      'invalidFrame',
      `Expected versions such as "2.0, 1.5" in HELLO, got ${quote(versions.value)}`,
    )
  }
  if (!majors.includes(2)) {
    return new SpopError(
      'unsupportedVersion',
      `Expected version ${spopVersion} on offer, got ${quote(versions.value)}`,
    )
  }
  if (size.value < minMaxFrameSize) {
    return new SpopError(
      'badMaxFrameSize',
      `Expected max-frame-size of at least ${minMaxFrameSize}, got ${size.value}`,
    )
  }
  const capabilities = offered.value.split(',').flatMap((token) => token.trim() || [])
  const engineId = items.get('engine-id')
  return {
    engineId: engineId?.type === 'string' ? engineId.value : undefined,
    version: spopVersion,
    supportedVersions: versions.value,
    maxFrameSize: Math.min(options.maxFrameSize, size.value),
    peerMaxFrameSize: size.value,
    capabilities,
    isPipelining: options.pipelining && capabilities.includes('pipelining'),
    healthcheck: items.get('healthcheck')?.value === true,
  }
}

/** Major versions of a list such as "2.0, 1.5"; a major includes its earlier minors. Undefined if malformed. */
function majorVersions(list: string): number[] | undefined {
  const majors: number[] = []
  for (const version of list.split(',')) {
    const match = /^\s*(\d+)\.\d+\s*$/.exec(version)
    if (!match) return undefined
    majors.push(Number(match[1]))
  }
  return majors
}

/** The reply: exactly the three mandatory items, since HAProxy's health check is strict about them. */
function encodeAgentHello(hello: Hello): Buffer {
  return encodeHello(frameType.agentHello, [
    { name: 'version', value: { type: 'string', value: hello.version } },
    { name: 'max-frame-size', value: { type: 'uint32', value: hello.maxFrameSize } },
    { name: 'capabilities', value: { type: 'string', value: hello.isPipelining ? 'pipelining' : '' } },
  ])
}

/** A HAPROXY-HELLO to encode, as a client of an agent would send it. */
export interface HaproxyHello {
  /** Default "2.0". */
  readonly supportedVersions?: string
  /** Bytes; default 16380, HAProxy's own. */
  readonly maxFrameSize?: number
  /** Default `pipelining`. */
  readonly capabilities?: readonly string[]
  readonly healthcheck?: boolean
  readonly engineId?: string
}

/** Encodes a HAPROXY-HELLO frame. */
export function encodeHaproxyHello(hello: HaproxyHello = {}): Buffer {
  const { supportedVersions = spopVersion, maxFrameSize = 16_380, capabilities = ['pipelining'] } = hello
  const entries: KvEntry[] = [
    { name: 'supported-versions', value: { type: 'string', value: supportedVersions } },
    { name: 'max-frame-size', value: { type: 'uint32', value: maxFrameSize } },
    { name: 'capabilities', value: { type: 'string', value: capabilities.join(',') } },
  ]
  if (hello.healthcheck !== undefined) {
    entries.push({ name: 'healthcheck', value: { type: 'bool', value: hello.healthcheck } })
  }
  if (hello.engineId !== undefined) {
    entries.push({ name: 'engine-id', value: { type: 'string', value: hello.engineId } })
  }
  return encodeHello(frameType.haproxyHello, entries)
}

function encodeHello(type: number, entries: readonly KvEntry[]): Buffer {
  const writer = new ByteWriter()
  writeKvList(writer, entries)
  return encodeFrame({ type, payload: writer.toBytes() })
}
