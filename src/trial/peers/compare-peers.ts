import type { Host } from '../../record/host.ts'
import { type Peers, type PeersDesign, peersSchema } from '../../record/peers.ts'
import { deriveKey } from '../../record/random.ts'
import { stackWarmUpRounds } from '../boot-case.ts'
import { type Cleanup, withCleanup } from '../cleanup.ts'
import { startStack } from '../stack.ts'
import type { Machine } from '../trial.ts'
import { TrialError } from '../trial-error.ts'
import { type AgentArm, placeAgent } from './arms.ts'
import { bootFrontends } from './boot-frontends.ts'
import { computeFigures } from './figures.ts'
import { measureLatency, warmUp } from './measure-latency.ts'
import { measureLoad } from './measure-load.ts'
import { startOwnAgent } from './own-agent.ts'
import { oursName, type Peer } from './peer.ts'

export interface ComparisonOptions {
  readonly runId: string
  readonly startedAt: string
  readonly peers: readonly Peer[]
  readonly design: PeersDesign
  readonly machine: Machine
  readonly host: Host
  readonly seed: Uint8Array
  /** Rounds through all frontends, one request at a time, before anything is timed. @default stackWarmUpRounds */
  readonly warmUpRounds?: number
  readonly onProgress: (label: string, done: number, total: number) => void
  readonly signal: AbortSignal
}

/**
 * Measures agents beside ours on one HAProxy: the latency that each adds to a request, the requests a second
 * that get through under load, and the processor time that its process takes for one. Every agent has a
 * frontend, an engine and a backend of its own; all serve the seed's message with its event.
 *
 * @throws {TrialError} `case` when a request passed an agent by or HAProxy died, `interrupted`
 */
export async function comparePeers(options: ComparisonOptions): Promise<Peers> {
  return withCleanup((cleanup) => compare(options, cleanup))
}

async function compare(options: ComparisonOptions, cleanup: Cleanup): Promise<Peers> {
  const { design, machine, host, seed, signal } = options
  const { mode, nodeCore } = host.keepAwake
  await machine.enter(mode)
  const stack = cleanup.use(await startStack({ epochNs: process.hrtime.bigint() }))
  const own = cleanup.use(await startOwnAgent())
  const ours: Peer = { name: oursName, host: own.host, port: own.port, pid: null }
  const agents: AgentArm[] = []
  for (const peer of [ours, ...options.peers]) {
    agents.push(await placeAgent(peer, mode === 'awake' ? nodeCore : null, cleanup))
  }
  const { haproxy, frontends } = await bootFrontends(
    {
      stack,
      machine,
      mode,
      seed,
      arms: agents.map(({ peer }) => ({ name: peer.name, offload: true, agentAddress: peer })),
      signal,
    },
    cleanup,
  )
  // Without HAProxy every request fails at once; there is no point in sending the rest.
  const death = new AbortController()
  void haproxy.exited.then(() => death.abort())
  const either = AbortSignal.any([signal, death.signal])
  try {
    options.onProgress('latency', 0, design.blocks)
    await warmUp(stack, frontends, options.warmUpRounds ?? stackWarmUpRounds, either)
    const latencies = await measureLatency(stack, frontends, design, deriveKey(seed, 'blocks'), either)
    const load = await measureLoad({
      stack,
      frontends,
      design,
      key: deriveKey(seed, 'rounds'),
      pidsOf: (arm) => agents.find(({ peer }) => peer.name === arm)?.pids ?? [],
      haproxyPid: haproxy.haproxyPid,
      onTurn: (turn, turns) => options.onProgress('load', turn, turns),
      signal: either,
    })
    const records = {
      design,
      agents: agents.map(({ record }) => record),
      ...latencies,
      load,
    }
    return peersSchema.parse({
      schema: 'spoe-bench/peers/1',
      runId: options.runId,
      startedAt: options.startedAt,
      host,
      ...records,
      ...computeFigures(records),
    })
  } catch (error) {
    if (!death.signal.aborted || signal.aborted) throw error
    throw new TrialError('case', `HAProxy died; it said: ${haproxy.stderr().trim() || 'nothing'}`, {
      cause: error,
    })
  }
}
