import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'

/** What a thread of the stack can be asked to do, by name. */
export type Methods = Record<string, (argument: never) => unknown>

export interface Call {
  readonly id: number
  readonly method: string
  readonly argument: unknown
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: Error }
  | { readonly event: unknown }

/** A worker thread that answers calls, one reply a call, and may report events in between. */
export interface Thread<M extends Methods> extends AsyncDisposable {
  call<K extends keyof M & string>(
    method: K,
    ...argument: Parameters<M[K]> extends [] ? [] : [Parameters<M[K]>[0]]
  ): Promise<Awaited<ReturnType<M[K]>>>
}

/**
 * Starts `module` in a worker thread and waits until it serves. Agent, origin and load generator each have
 * an event loop of their own: in one loop they wait for each other, in both arms, and hide part of the overhead (METHODOLOGY).
 *
 * @throws whatever the thread died of; calls that are under way are rejected with it
 */
export async function startThread<M extends Methods>(
  module: URL,
  data: Readonly<Record<string, unknown>>,
  onEvent: (event: unknown) => void = () => {},
): Promise<Thread<M>> {
  const worker = new Worker(module, { workerData: data, execArgv: [] })
  const calls = createCalls<M>((call) => worker.postMessage(call), onEvent)
  worker.on('error', (error) => calls.die(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', (code) =>
    calls.die(new Error(`A thread of the stack ended by itself (exit code ${code}).`)),
  )
  await once(worker, 'message')
  worker.on('message', calls.onReply)
  return {
    call: calls.call,
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

/** Calls to whoever answers with `answerCalls`, over any way that keeps messages whole and in order. */
export interface Calls<M extends Methods> extends Pick<Thread<M>, 'call'> {
  readonly onReply: (reply: Reply) => void
  /** Rejects the calls that are under way, and all later ones. */
  readonly die: (error: Error) => void
}

export function createCalls<M extends Methods>(
  post: (call: Call) => void,
  onEvent: (event: unknown) => void = () => {},
): Calls<M> {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let nextId = 0
  let death: Error | undefined
  return {
    die(error) {
      death ??= error
      for (const call of pending.values()) call.reject(death)
      pending.clear()
    },
    onReply(reply) {
      if ('event' in reply) return onEvent(reply.event)
      const call = pending.get(reply.id)
      pending.delete(reply.id)
      if ('error' in reply) call?.reject(reply.error)
      else call?.resolve(reply.value)
    },
    call(method, ...argument) {
      return new Promise((resolve, reject) => {
        if (death !== undefined) return reject(death)
        const id = nextId++
        pending.set(id, { resolve, reject })
        post({ id, method, argument: argument[0] })
      })
    },
  }
}

/** The other side of `createCalls`: what to do with a call that came. */
export function answerCalls(methods: Methods, post: (reply: Reply) => void): (call: Call) => Promise<void> {
  return async ({ id, method, argument }) => {
    try {
      post({ id, value: await (methods[method] as (argument: unknown) => unknown)(argument) })
    } catch (error) {
      post({ id, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
}

/** The other side: serves `methods` to whoever started this thread, and returns how to report an event. */
export function serveThread(methods: Methods): (event: unknown) => void {
  if (parentPort === null) throw new Error('This module runs in a worker thread only.')
  const port = parentPort
  port.on(
    'message',
    answerCalls(methods, (reply) => port.postMessage(reply)),
  )
  port.postMessage('serving')
  return (event) => port.postMessage({ event } satisfies Reply)
}

/** The epoch that every thread of a run counts from. */
export function threadEpochNs(): bigint {
  return (workerData as { epochNs: bigint }).epochNs
}
