import { type Cleanup, openWithCleanup } from './cleanup.ts'
import type { AgentMethods } from './serve-agent.ts'
import type { BlockEvent, LoadMethods } from './load-thread.ts'
import type { OriginMethods } from './origin-thread.ts'
import { startThread, type Thread } from './thread.ts'

/** Agent, origin and load generator: three threads that live as long as the run and are warmed once. */
export interface Stack extends AsyncDisposable {
  readonly agent: Thread<AgentMethods>
  readonly origin: Thread<OriginMethods>
  readonly load: Thread<LoadMethods>
  /** What all threads count from: `process.hrtime` at the start. */
  readonly epochNs: bigint
  /** Whom the load generator's blocks go to. */
  onBlock: (event: BlockEvent) => void
}

export interface StackOptions {
  readonly epochNs: bigint
  /** Another agent in the place of ours; it answers to the same methods. */
  readonly agentModule?: URL
}

export async function startStack(options: StackOptions): Promise<Stack> {
  return openWithCleanup((cleanup) => startThreads(options, cleanup))
}

async function startThreads(options: StackOptions, cleanup: Cleanup): Promise<Stack> {
  const data = { epochNs: options.epochNs }
  const agent = cleanup.use(
    await startThread<AgentMethods>(
      options.agentModule ?? new URL('./agent-thread.ts', import.meta.url),
      data,
    ),
  )
  const origin = cleanup.use(
    await startThread<OriginMethods>(new URL('./origin-thread.ts', import.meta.url), data),
  )
  const stack = {
    onBlock: (_event: BlockEvent): void => {},
  }
  const load = cleanup.use(
    await startThread<LoadMethods>(new URL('./load-thread.ts', import.meta.url), data, (event) =>
      stack.onBlock(event as BlockEvent),
    ),
  )
  return Object.assign(stack, {
    agent,
    origin,
    load,
    epochNs: options.epochNs,
    [Symbol.asyncDispose]: () => cleanup.dispose(),
  })
}
