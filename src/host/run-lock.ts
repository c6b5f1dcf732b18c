import { once } from 'node:events'
import { type Server, type Socket, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { HostError } from './host-error.ts'
import { type RunLockAddress, describeAddress, greetingOf, visitHolder } from './run-lock-visit.ts'

export type { RunLockAddress } from './run-lock-visit.ts'

/*
 * The lock is a listening socket: the kernel gives an address to one process at a time and takes it back
 * however that process ends, so there is nothing stale to judge, no file to own, and root and others exclude
 * each other. Whoever waits keeps one connection open and is woken by its closing: it costs the run that is
 * being timed one accept, and no polling.
 */

/** An abstract name has no file, but only Linux has them; elsewhere a port below the ephemeral ones. */
const machineAddress: RunLockAddress =
  process.platform === 'linux' ? { path: '\0spoe-bench/run-lock' } : { host: '127.0.0.1', port: 28_837 }

const retryAfterMs = 25
/** A holder can vanish between our two questions, but not this often: then it is no run of ours. */
const maxVanishings = 40

export interface RunLockOptions {
  /** Wait for the run that is going on, or throw RUN_LOCK_HELD. */
  readonly wait: boolean
  /** Called once for each holder that is waited for; `process 4711, since 2026-11-23T17:49:00.000Z`. */
  readonly onWait?: ((holder: string) => void) | undefined
  /** Ends the waiting; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** A lock other than this machine's, for tests. */
  readonly address?: RunLockAddress | undefined
}

/**
 * Resolves when this process alone has the lock of the machine; dispose of it to hand it on. It does not
 * keep the process alive.
 * @throws HostError RUN_LOCK_HELD, RUN_LOCK_STRANGER (another program has the address), RUN_LOCK_FAILED
 */
export async function acquireRunLock(options: RunLockOptions): Promise<AsyncDisposable> {
  const { wait, onWait, signal, address = machineAddress } = options
  let told: string | undefined
  let vanishings = 0
  for (;;) {
    signal?.throwIfAborted()
    const lock = await tryListening(address)
    if (lock) return lock

    const visit = await visitHolder(address)
    try {
      if (visit.outcome !== 'held') {
        vanishings += 1
        if (visit.outcome === 'stranger' || vanishings > maxVanishings) throw strangerError(address)
        await delay(retryAfterMs)
        continue
      }
      vanishings = 0
      if (!wait) throw heldError(visit.holder)
      if (visit.holder !== told) onWait?.(visit.holder)
      told = visit.holder
      await visit.untilGone(signal)
    } finally {
      visit.leave()
    }
  }
}

async function tryListening(address: RunLockAddress): Promise<AsyncDisposable | undefined> {
  const greeting = greetingOf(process.pid, new Date())
  const waiting = new Set<Socket>()
  const server = createServer((socket) => {
    waiting.add(socket)
    // One who waits does not keep this process alive, and may go away as it likes.
    socket.unref()
    socket.on('error', () => {})
    socket.on('close', () => waiting.delete(socket))
    socket.resume()
    socket.write(greeting)
  })
  server.unref()
  try {
    // `exclusive`: a worker of node:cluster would otherwise share the address.
    server.listen({ ...address, exclusive: true })
    await once(server, 'listening')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') return undefined
    throw new HostError(
      'RUN_LOCK_FAILED',
      `Expected to listen as the run lock, but could not: ${String(cause)}.`,
      { cause },
    )
  }
  return { [Symbol.asyncDispose]: () => release(server, waiting) }
}

async function release(server: Server, waiting: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  for (const socket of waiting) socket.destroy()
  await closed
}

function heldError(holder: string): HostError {
  return new HostError(
    'RUN_LOCK_HELD',
    `Expected to be the only timing run on this machine, but there is ${holder}: try again when it has ended.`,
  )
}

function strangerError(address: RunLockAddress): HostError {
  const at = describeAddress(address)
  return new HostError(
    'RUN_LOCK_STRANGER',
    `Expected ${at} to be the run lock, but another program has it: end that.`,
  )
}
