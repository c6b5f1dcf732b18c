import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  answerCalls,
  type Call,
  createCalls,
  type Methods,
  type Reply,
  type Thread,
} from '../trial/thread.ts'

/** A process of ours that answers calls as a thread does. */
export interface OwnProcess<M extends Methods> extends Thread<M> {
  readonly pid: number
}

const epochVariable = 'SPOE_BENCH_EPOCH_NS'

/**
 * Starts `module` in a process of its own and waits until it serves. It ends with us: its channel closes then.
 *
 * What is under load and what loads are as far apart as on a machine of their own: neither waits for the other's
 * garbage collection, and the memory that one says it has is its own.
 */
export async function startOwnProcess<M extends Methods>(
  module: URL,
  epochNs: bigint,
): Promise<OwnProcess<M>> {
  const child = fork(fileURLToPath(module), {
    // What Vitest tells its own processes is not for this one.
    execArgv: ['--max-semi-space-size=4'],
    env: { ...process.env, NODE_OPTIONS: '', [epochVariable]: String(epochNs) },
    serialization: 'advanced',
  })
  const calls = createCalls<M>((call) => void child.send(call))
  const exited = once(child, 'exit')
  child.once('error', calls.die)
  child.once('exit', (code, signal) =>
    calls.die(
      new Error(`Expected ${module.pathname.split('/').at(-1)} to live, it ended (${signal ?? code}).`),
    ),
  )
  await Promise.race([
    once(child, 'message'),
    exited.then(() => Promise.reject(new Error(`Expected ${module.pathname.split('/').at(-1)} to start.`))),
  ])
  child.on('message', calls.onReply as (reply: unknown) => void)
  return {
    pid: child.pid ?? 0,
    call: calls.call,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The other side: serves `methods` to whoever started this process. */
export function serveOwnProcess(methods: Methods): void {
  // A terminal's Ctrl-C comes here as well; the one who started us takes us down.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('disconnect', () => process.exit())
  const answer = answerCalls(methods, (reply: Reply) => void process.send?.(reply))
  process.on('message', (call) => void answer(call as Call))
  process.send?.('serving')
}

/** The epoch that every process of a run counts from. */
export function ownEpochNs(): bigint {
  return BigInt(process.env[epochVariable] ?? 0)
}
