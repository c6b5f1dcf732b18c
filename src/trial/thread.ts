import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'

/** What a thread of the stack can be asked to do, by name. */
type Methods = Record<string, (argument: never) => unknown>

interface Call {
  readonly id: number
  readonly method: string
  readonly argument: unknown
}

type Reply =
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
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let nextId = 0
  let death: Error | undefined

  const die = (error: Error): void => {
    death ??= error
    for (const call of pending.values()) call.reject(death)
    pending.clear()
  }
  worker.on('error', (error) => die(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', (code) => die(new Error(`A thread of the stack ended by itself (exit code ${code}).`)))
  await once(worker, 'message')
  worker.on('message', (reply: Reply) => {
    if ('event' in reply) return onEvent(reply.event)
    const call = pending.get(reply.id)
    pending.delete(reply.id)
    if ('error' in reply) call?.reject(reply.error)
    else call?.resolve(reply.value)
  })

  return {
    call(method, ...argument) {
      return new Promise((resolve, reject) => {
        if (death !== undefined) return reject(death)
        const id = nextId++
        pending.set(id, { resolve, reject })
        worker.postMessage({ id, method, argument: argument[0] } satisfies Call)
      })
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

/** The other side: serves `methods` to whoever started this thread, and returns how to report an event. */
export function serveThread(methods: Methods): (event: unknown) => void {
  if (parentPort === null) throw new Error('This module runs in a worker thread only.')
  const port = parentPort
  port.on('message', async ({ id, method, argument }: Call) => {
    try {
      const value = await (methods[method] as (argument: unknown) => unknown)(argument)
      port.postMessage({ id, value } satisfies Reply)
    } catch (error) {
      port.postMessage({
        id,
        error: error instanceof Error ? error : new Error(String(error)),
      } satisfies Reply)
    }
  })
  port.postMessage('serving')
  return (event) => port.postMessage({ event } satisfies Reply)
}

/** The epoch that every thread of a run counts from. */
export function threadEpochNs(): bigint {
  return (workerData as { epochNs: bigint }).epochNs
}
