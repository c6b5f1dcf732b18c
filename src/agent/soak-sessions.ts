import type { Random } from '../record/random.ts'
import { encodeAck } from '../spop/ack.ts'
import { setVar } from '../spop/action.ts'
import { encodeHaproxyDisconnect } from '../spop/disconnect.ts'
import { encodeHaproxyHello } from '../spop/hello.ts'
import { encodeNotify } from '../spop/notify.ts'
import { connectSoakPeer, statusCodeIn } from './soak-peer.ts'
import type { SoakPeer } from './soak-peer.ts'
import type { SoakTally } from './soak-tally.ts'

/** What a session may do to an agent; each opens one connection and ends it. */
export const sessionKinds = ['load', 'killed', 'deaf', 'half', 'garbage'] as const
export type SessionKind = (typeof sessionKinds)[number]

/** Streams in flight at once, as HAProxy from 3.1 on has them. */
const streams = 20

const hello = encodeHaproxyHello({ engineId: 'soak' })
const notifies = perStream((streamId) =>
  encodeNotify(streamId, 1, [
    {
      name: 'check',
      args: [
        { name: 'ip', value: { type: 'ipv4', value: '192.0.2.44' } },
        { name: 'url-path', value: { type: 'string', value: '/api/v1/items' } },
        { name: 'port', value: { type: 'int64', value: 43_210n } },
      ],
    },
  ]),
)
const burst = Buffer.concat(notifies)
const acks = Buffer.concat(perStream((streamId) => encodeAck(streamId, 1, [setVar('sess', 'ip_score', 50)])))

function perStream(encode: (streamId: number) => Buffer): Buffer[] {
  return Array.from({ length: streams }, (_, index) => encode(2 * index + 1))
}

export interface SoakSession {
  readonly port: number
  readonly random: Random
  readonly tally: SoakTally
  readonly signal: AbortSignal
}

/** Runs one session; whatever goes otherwise than it should is an anomaly in the tally. */
export async function runSession(kind: SessionKind, session: SoakSession): Promise<void> {
  let peer: SoakPeer | undefined
  try {
    peer = await connectSoakPeer(session.port)
    await sessions[kind](peer, session)
  } catch (error) {
    session.tally.anomaly(`${kind}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await peer?.close()
  }
  session.tally.session(kind)
}

const sessions: Record<SessionKind, (peer: SoakPeer, session: SoakSession) => Promise<void>> = {
  /** Bursts of NOTIFYs, each answered in full before the next, and a goodbye. */
  async load(peer, session) {
    await greet(peer)
    await exchange(peer, session, 200 + session.random.below(2_000))
    peer.send(encodeHaproxyDisconnect(0))
    expectCode(0, await peer.takeAll())
  },

  /** Reset in the middle of a burst. */
  async killed(peer, session) {
    await greet(peer)
    await exchange(peer, session, session.random.below(50))
    peer.send(burst)
    peer.socket.resetAndDestroy()
  },

  /** Asks and never reads: the agent has to stop reading too, and to hold no more than its bounds. */
  async deaf(peer, { random }) {
    await greet(peer)
    peer.socket.pause()
    const count = random.below(500)
    for (let sent = 0; sent < count; sent++) peer.send(burst)
    await new Promise((resolve) => setTimeout(resolve, random.below(100)))
    peer.socket.resetAndDestroy()
  },

  /** Ends in the middle of a frame: a quiet close. */
  async half(peer, session) {
    await greet(peer)
    await exchange(peer, session, session.random.below(20))
    peer.socket.end(burst.subarray(0, 1 + session.random.below(notifies[0]!.length - 1)))
    const rest = await peer.takeAll()
    if (rest.length > 0) throw new Error(`Expected a quiet close, got ${rest.length} bytes`)
  },

  /** Bytes without sense, or a NOTIFY with some of its bytes changed; the agent's verdict is what is counted. */
  async garbage(peer, { random, tally }) {
    if (random.below(4) > 0) await greet(peer)
    peer.socket.end(random.below(2) === 0 ? noise(random) : mutated(random))
    tally.statusCode(statusCodeIn(await peer.takeAll()))
  },
}

async function greet(peer: SoakPeer): Promise<void> {
  peer.send(hello)
  const reply = await peer.take(11)
  if (reply[4] !== 101) throw new Error(`Expected AGENT-HELLO, got ${reply.length} bytes`)
}

async function exchange(peer: SoakPeer, { tally, signal }: SoakSession, bursts: number): Promise<void> {
  for (let left = bursts; left > 0 && !signal.aborted; left--) {
    peer.send(burst)
    const answer = await peer.take(acks.length)
    if (!answer.equals(acks))
      throw new Error(`Expected ${streams} ACKs, got ${answer.length} bytes of others`)
    tally.acks += streams
  }
}

function expectCode(expected: number, bytes: Buffer): void {
  const code = statusCodeIn(bytes)
  if (code !== expected) throw new Error(`Expected AGENT-DISCONNECT ${expected}, got ${code ?? 'none'}`)
}

function noise(random: Random): Buffer {
  const bytes = Buffer.from(Array.from({ length: 1 + random.below(200) }, () => random.below(256)))
  // Half of it starts with a length that the agent has to wait for.
  if (random.below(2) === 0 && bytes.length > 4) bytes.writeUInt32BE(random.below(bytes.length), 0)
  return bytes
}

function mutated(random: Random): Buffer {
  const bytes = Buffer.from(notifies[0]!)
  for (let left = 1 + random.below(4); left > 0; left--) bytes[random.below(bytes.length)] = random.below(256)
  return bytes
}
