import { siblingModule } from '../record/sibling-module.ts'
import { type Cleanup, openWithCleanup } from '../trial/cleanup.ts'
import type { RatesAgentMethods } from './agent-process.ts'
import type { RatesLoadMethods } from './load-process.ts'
import { type OwnProcess, startOwnProcess } from './own-process.ts'

/** Agent and load generator, a process each. HAProxy answers by itself: there is no origin to share a core with. */
export interface RatesStack extends AsyncDisposable {
  readonly agent: OwnProcess<RatesAgentMethods>
  readonly load: OwnProcess<RatesLoadMethods>
}

export function startRatesStack(): Promise<RatesStack> {
  return openWithCleanup(start)
}

async function start(cleanup: Cleanup): Promise<RatesStack> {
  const epochNs = process.hrtime.bigint()
  const agent = cleanup.use(
    await startOwnProcess<RatesAgentMethods>(siblingModule('./agent-process', import.meta.url), epochNs),
  )
  const load = cleanup.use(
    await startOwnProcess<RatesLoadMethods>(siblingModule('./load-process', import.meta.url), epochNs),
  )
  return { agent, load, [Symbol.asyncDispose]: () => cleanup.dispose() }
}
