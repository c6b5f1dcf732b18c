import { siblingModule } from '../record/sibling-module.ts'
import type { Address } from '../agent/address.ts'
import { reachOrigin } from './remote-origin.ts'
import { type Cleanup, openWithCleanup } from './cleanup.ts'
import type { AgentMethods } from './serve-agent.ts'
import type { BlockEvent, LoadMethods } from './serve-load.ts'
import type { OriginMethods } from './origin-thread.ts'
import { startThread, type Thread } from './thread.ts'

/** Agent, origin and load generator: three threads that live as long as the run and are warmed once. */
export interface Stack extends AsyncDisposable {
  readonly agent: Thread<AgentMethods>
  readonly origin: Thread<OriginMethods>
  /** Where the origin's port is. */
  readonly originHost: string
  readonly load: Thread<LoadMethods>
  /** What all threads count from: `process.hrtime` at the start. */
  readonly epochNs: bigint
  /** Whom the load generator's blocks go to. */
  onBlock: (event: BlockEvent) => void
}

export interface StackOptions {
  readonly epochNs: bigint
  /** An origin of `npm run origin` in the place of ours. */
  readonly origin?: Address | undefined
  /** Another agent in the place of ours; it answers to the same methods. */
  readonly agentModule?: URL
  /** Client and agent in one event loop, where they wait for each other. Default false. */
  readonly isOneLoop?: boolean
}

export async function startStack(options: StackOptions): Promise<Stack> {
  return openWithCleanup((cleanup) => startThreads(options, cleanup))
}

async function startThreads(options: StackOptions, cleanup: Cleanup): Promise<Stack> {
  const data = { epochNs: options.epochNs }
  const stack = {
    onBlock: (_event: BlockEvent): void => {},
  }
  const onEvent = (event: unknown): void => stack.onBlock(event as BlockEvent)
  const start = async <M extends AgentMethods | OriginMethods | LoadMethods>(
    module: URL,
  ): Promise<Thread<M>> => cleanup.use(await startThread<M>(module, data, onEvent))

  const origin =
    options.origin === undefined
      ? await start<OriginMethods>(siblingModule('./origin-thread', import.meta.url))
      : reachOrigin(options.origin)
  const both =
    options.isOneLoop === true
      ? await start<AgentMethods & LoadMethods>(siblingModule('./one-loop-thread', import.meta.url))
      : null
  return Object.assign(stack, {
    agent:
      both ??
      (await start<AgentMethods>(options.agentModule ?? siblingModule('./agent-thread', import.meta.url))),
    origin,
    originHost: options.origin?.host ?? '127.0.0.1',
    load: both ?? (await start<LoadMethods>(siblingModule('./load-thread', import.meta.url))),
    epochNs: options.epochNs,
    [Symbol.asyncDispose]: () => cleanup.dispose(),
  })
}
