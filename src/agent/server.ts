import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

import { encodeAgentDisconnect } from '../spop/disconnect.ts'
import { quote } from '../spop/quote.ts'
import { statusCode } from '../spop/status.ts'
import { AgentError } from './agent-error.ts'
import { Connection } from './connection.ts'
import type { ConnectionSettings } from './connection.ts'
import { checkInteger, checkTimeout, resolveLimits } from './limits.ts'
import type { AgentOptions, ErrorListener } from './options.ts'

/**
 * Connections that may wait to be accepted (the system's own limit, such as net.core.somaxconn, caps it). Where
 * they overflow, HELLOs are lost and repeated after a second, two, four: Node's 511 did under bursts of 600.
 */
const backlog = 4_096

/** A running agent. Disposing of it is `close()`. */
export interface Agent extends AsyncDisposable {
  /** Address it listens on. */
  readonly host: string
  /** TCP port it listens on. */
  readonly port: number
  /** Connections that are open now. */
  readonly connections: number
  /**
   * Stops accepting, lets handlers at work answer, sends DISCONNECT 0 on every connection and closes it. What is
   * left at the deadline is cut off. Calling it again waits for the same end, the first deadline counts.
   * @throws AgentError `invalidOption` for a deadline that is no integer of 0 to 2^31 - 1.
   */
  close(options?: CloseOptions): Promise<void>
}

/** How to close an agent. */
export interface CloseOptions {
  /** Milliseconds before what is still open is cut off. @default limits.closeTimeoutMs */
  readonly deadlineMs?: number
}

/**
 * Starts an SPOP agent and waits until it listens.
 * @throws AgentError `invalidOption` for an option that is none, `listenFailed` where the address cannot be had.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { host = '127.0.0.1', port = 0, handler, pipelining = true } = options
  if (typeof handler !== 'function') throw invalid('handler to be a function', handler)
  // Node would take an empty host for all addresses, and text for the path of a socket.
  if (typeof host !== 'string' || host === '') throw invalid('host to be an address or a name', host)
  checkInteger('port', port, 0, 65_535)
  const limits = resolveLimits(options.limits)
  const onError = guard(options.onError ?? warn)
  const onHello = options.onHello && guard(options.onHello)
  const onDisconnect = options.onDisconnect && guard(options.onDisconnect)
  const settings: ConnectionSettings = { handler, pipelining, limits, onError, onHello, onDisconnect }
  const server = createServer({ noDelay: true, keepAlive: true })
  const listener = new Listener(server, settings)
  server.listen({ port, host, backlog })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new AgentError('listenFailed', `Expected to listen on ${host} port ${port}; ${reasonOf(cause)}`, {
      cause,
    })
  }
  server.on('error', (cause) => {
    onError(new AgentError('socketFailed', 'The listening socket failed', { cause }), { kind: 'socket' })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') {
    throw new AgentError('listenFailed', `Expected a TCP address, got ${address}`)
  }
  return {
    host: address.address,
    port: address.port,
    get connections() {
      return listener.size
    },
    close: async ({ deadlineMs = limits.closeTimeoutMs } = {}) => {
      checkTimeout('deadlineMs', deadlineMs)
      await listener.close(deadlineMs)
    },
    [Symbol.asyncDispose]: () => listener.close(limits.closeTimeoutMs),
  }
}

class Listener {
  readonly #server: Server
  readonly #settings: ConnectionSettings
  readonly #connections = new Map<Socket, Connection>()
  readonly #refused = new Set<Socket>()
  #closed: Promise<void> | undefined

  constructor(server: Server, settings: ConnectionSettings) {
    this.#server = server
    this.#settings = settings
    server.on('connection', (socket) => this.#accept(socket))
  }

  get size(): number {
    return this.#connections.size
  }

  close(deadlineMs: number): Promise<void> {
    return (this.#closed ??= this.#close(deadlineMs))
  }

  async #close(deadlineMs: number): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    const deadline = setTimeout(() => this.#cutOff(), deadlineMs)
    // A handler may be what called us: its own answer goes first.
    await Promise.resolve()
    for (const connection of this.#connections.values()) connection.drain()
    await closed
    await Promise.all(Array.from(this.#connections.keys(), (socket) => once(socket, 'close')))
    clearTimeout(deadline)
  }

  #cutOff(): void {
    for (const connection of this.#connections.values()) connection.destroy()
    for (const socket of this.#refused) socket.destroy()
  }

  #accept(socket: Socket): void {
    const { limits } = this.#settings
    if (this.#connections.size >= limits.connections) {
      this.#refuse(socket)
      return
    }
    this.#connections.set(socket, new Connection(socket, this.#settings))
    socket.on('close', () => this.#connections.delete(socket))
  }

  #refuse(socket: Socket): void {
    const { limits, onError } = this.#settings
    socket.on('error', () => socket.destroy())
    // The refused are bounded too: as many again, and the rest is dropped without a word.
    if (this.#refused.size >= limits.connections) {
      socket.destroy()
    } else {
      this.#refused.add(socket)
      const timer = setTimeout(() => socket.destroy(), 1_000).unref()
      socket.on('close', () => {
        clearTimeout(timer)
        this.#refused.delete(socket)
      })
      socket.end(encodeAgentDisconnect(statusCode.resourceAllocation))
      socket.resume()
    }
    onError(
      new AgentError(
        'tooManyConnections',
        `Expected at most ${limits.connections} connections, got one more`,
      ),
      { kind: 'limit' },
    )
  }
}

function invalid(expected: string, got: unknown): AgentError {
  return new AgentError('invalidOption', `Expected ${expected}, got ${quote(got)}`)
}

/** What the usual reasons for not getting an address mean, by the code of Node's error. */
const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is another program there?',
  EADDRNOTAVAIL: 'is it an address of this machine?',
  EACCES: 'may this user have that port?',
  ENOTFOUND: 'is it a known name?',
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  return listenReasons[code ?? ''] ?? message
}

/** A listener whose own error surfaces as an uncaught exception, but not in the middle of our work. */
function guard<Args extends unknown[]>(listener: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      listener(...args)
    } catch (error) {
      process.nextTick(() => {
        throw error
      })
    }
  }
}

/** Errors of a handler must not vanish where nobody listens; those of a peer are its own. */
const warn: ErrorListener = (error, { kind }) => {
  if (kind === 'handler') process.emitWarning(error)
}
