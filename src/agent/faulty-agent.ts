import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { encodeAck } from '../spop/ack.ts'
import { setVar, type Action } from '../spop/action.ts'
import { encodeAgentDisconnect } from '../spop/disconnect.ts'
import { frameType } from '../spop/frame.ts'
import { FrameParser, frameIdOf, parsed, streamIdOf } from '../spop/frame-parser.ts'
import { negotiateHello } from '../spop/hello.ts'
import { NotifyView } from '../spop/notify.ts'
import { statusCode } from '../spop/status.ts'
import type { AgentFault } from './faults.ts'

export interface FaultyAgentOptions {
  /** @default '127.0.0.1' */
  readonly host?: string
  /** @default 0 */
  readonly port?: number
  /** From the start. @default 'none' */
  readonly fault?: AgentFault
  /** How long after the NOTIFY the fault `late` answers, in ms. */
  readonly lateMs: number
}

/**
 * An agent that fails on purpose: it speaks through our codec and breaks off where it is told to. As long as it
 * answers it sets `sess.ip_score` to 50, and `txn.proof` to the frontend's and the client's port.
 */
export interface FaultyAgent extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** From now on it fails in this way. Connections stay open, but for `refused`. */
  fail(fault: AgentFault): Promise<void>
}

const maxFrameSize = 65_536
/** No SPOP frame: its first four bytes are a length that nobody agreed to. */
const garbage = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

export async function startFaultyAgent(options: FaultyAgentOptions): Promise<FaultyAgent> {
  const { host = '127.0.0.1' } = options
  const sockets = new Set<Socket>()
  const state: State = { fault: 'none', lateMs: options.lateMs, notifies: new Map() }
  let server: Server | undefined

  async function listen(port: number): Promise<number> {
    server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      // HAProxy resets what it has no more use for.
      socket.on('error', () => {})
      if (state.fault === 'hung') socket.pause()
      converse(socket, state)
    })
    server.listen({ host, port, backlog: 4096 })
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  async function close(): Promise<void> {
    if (server === undefined) return
    const closed = once(server, 'close')
    server.close()
    server = undefined
    for (const socket of sockets) socket.destroy()
    await closed
  }

  const port = await listen(options.port ?? 0)
  async function fail(fault: AgentFault): Promise<void> {
    state.fault = fault
    if (fault === 'refused') await close()
    else if (server === undefined) await listen(port)
    for (const socket of sockets) {
      if (fault === 'hung') socket.pause()
      else socket.resume()
    }
  }
  await fail(options.fault ?? 'none')
  return { host, port, fail, [Symbol.asyncDispose]: close }
}

interface State {
  fault: AgentFault
  readonly lateMs: number
  /** How many came so far, by frontend port. */
  readonly notifies: Map<string, number>
}

function converse(socket: Socket, state: State): void {
  const parser = new FrameParser(maxFrameSize)
  socket.on('data', (chunk: Buffer) => {
    parser.push(chunk)
    while (!socket.destroyed && parser.next() === parsed.frame) {
      if (parser.type === frameType.haproxyHello) shakeHands(socket, parser)
      else if (parser.type === frameType.notify) react(socket, parser, state)
      else if (parser.type === frameType.haproxyDisconnect) {
        socket.end(encodeAgentDisconnect(statusCode.normal))
      }
    }
  })
}

/** The handshake is never what fails: a check of HAProxy's that gets this far is content. */
function shakeHands(socket: Socket, parser: FrameParser): void {
  const handshake = negotiateHello(parser, { maxFrameSize, pipelining: true })
  if (!handshake.isAccepted) {
    socket.destroy()
    return
  }
  socket.write(handshake.reply)
  if (handshake.hello.healthcheck) socket.end()
}

function react(socket: Socket, parser: FrameParser, state: State): void {
  const [streamId, frameId] = [streamIdOf(parser), frameIdOf(parser)]
  const { actions, isOdd } = verdictOn(new NotifyView(parser), state.notifies)
  const answer = (verdict: readonly Action[]): void => {
    if (socket.writable) socket.write(encodeAck(streamId, frameId, verdict))
  }
  switch (state.fault) {
    case 'none':
    case 'refused':
      return answer(actions)
    case 'hung':
      return
    case 'hung-on-some':
      return isOdd ? undefined : answer(actions)
    case 'closing':
      return void socket.end()
    case 'resetting':
      return void socket.resetAndDestroy()
    case 'garbage':
      return void socket.write(garbage)
    case 'late':
      return void setTimeout(answer, state.lateMs, actions)
    case 'no-verdict':
      return answer([])
  }
}

/** A verdict that proves which request it was for. */
function verdictOn(
  { messages }: NotifyView,
  counts: Map<string, number>,
): { readonly actions: readonly Action[]; readonly isOdd: boolean } {
  const [sourcePort, frontendPort] = ['port', 'dport'].map((name) =>
    String(messages[0]?.arg(name)?.value ?? '?'),
  ) as [string, string]
  const count = (counts.get(frontendPort) ?? 0) + 1
  counts.set(frontendPort, count)
  const proof = requestProof(frontendPort, sourcePort)
  return {
    actions: [setVar('sess', 'ip_score', 50), setVar('txn', 'proof', proof)],
    isOdd: count % 2 === 1,
  }
}

/** What the agent answers a request from this port at that frontend with. */
export function requestProof(frontendPort: number | string, sourcePort: number | string): string {
  return `${frontendPort}-${sourcePort}`
}
