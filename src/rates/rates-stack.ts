import { siblingModule } from '../record/sibling-module.ts'
import { type Cleanup, openWithCleanup } from '../trial/cleanup.ts'
import { startThread, type Thread } from '../trial/thread.ts'
import type { RatesAgentMethods } from './agent-thread.ts'
import type { RatesLoadMethods } from './load-thread.ts'

/** Agent and load generator, a thread each. HAProxy answers by itself: there is no origin to share a core with. */
export interface RatesStack extends AsyncDisposable {
  readonly agent: Thread<RatesAgentMethods>
  readonly load: Thread<RatesLoadMethods>
  /** The agent's thread as the system counts them; null: not known. */
  readonly agentThread: number | null
}

export function startRatesStack(): Promise<RatesStack> {
  return openWithCleanup(start)
}

async function start(cleanup: Cleanup): Promise<RatesStack> {
  const data = { epochNs: process.hrtime.bigint() }
  const agent = cleanup.use(
    await startThread<RatesAgentMethods>(siblingModule('./agent-thread', import.meta.url), data),
  )
  const load = cleanup.use(
    await startThread<RatesLoadMethods>(siblingModule('./load-thread', import.meta.url), data),
  )
  return {
    agent,
    load,
    agentThread: await agent.call('thread'),
    [Symbol.asyncDispose]: () => cleanup.dispose(),
  }
}
