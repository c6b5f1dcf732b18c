import { aloneInNetwork, type DelayKind, layDistance } from '../../host/distance.ts'
import { type DistanceDesign, type DistanceRecord, distanceSchema } from '../../record/distance.ts'
import type { Host } from '../../record/host.ts'
import { createRandom, deriveKey } from '../../record/random.ts'
import { stackWarmUpRounds } from '../boot-case.ts'
import { type Cleanup, withCleanup } from '../cleanup.ts'
import { bootFrontends } from '../peers/boot-frontends.ts'
import { measureLatency, warmUp } from '../peers/measure-latency.ts'
import { startOwnAgent } from '../peers/own-agent.ts'
import { startStack } from '../stack.ts'
import type { Machine } from '../trial.ts'
import { armName, computeDistances, concludeDistances } from './figures.ts'
import { measureConnects } from './measure-connects.ts'

export interface DistanceOptions {
  readonly runId: string
  readonly startedAt: string
  readonly design: DistanceDesign
  readonly kind: DelayKind
  readonly machine: Machine
  readonly host: Host
  readonly seed: Uint8Array
  /** @default stackWarmUpRounds */
  readonly warmUpRounds?: number
  readonly signal: AbortSignal
}

/**
 * Measures what a network between HAProxy and its agent adds: an agent for every delay, each in a network namespace
 * of its own, all of them on one HAProxy, a request to each and one past SPOE in every block.
 *
 * @throws {TrialError} `case` when a request passed an agent by, `stack`, `interrupted`
 * @throws {HostError} `DISTANCE_FAILED`
 */
export function measureDistance(options: DistanceOptions): Promise<DistanceRecord> {
  return withCleanup((cleanup) => measure(options, cleanup))
}

async function measure(options: DistanceOptions, cleanup: Cleanup): Promise<DistanceRecord> {
  const { design, kind, machine, host, seed, signal } = options
  const { mode } = host.keepAwake
  await machine.enter(mode)
  const stack = cleanup.use(await startStack({ epochNs: process.hrtime.bigint() }))
  const agents: { readonly host: string; readonly port: number }[] = []
  for (const [number, delayMs] of design.delaysMs.entries()) {
    const agent = cleanup.use(await startOwnAgent({ prefix: aloneInNetwork, host: '0.0.0.0' }))
    const way = cleanup.use(await layDistance(kind, { number, pid: agent.pid, delayMs }))
    agents.push({ host: way.host, port: agent.port })
  }
  const { frontends } = await bootFrontends(
    {
      stack,
      machine,
      mode,
      seed,
      arms: agents.map((agentAddress, number) => ({ name: armName(number), offload: true, agentAddress })),
      signal,
    },
    cleanup,
  )
  await warmUp(stack, frontends, options.warmUpRounds ?? stackWarmUpRounds, signal)
  const random = createRandom(deriveKey(seed, 'connects'))
  const connectsNs = await measureConnects(agents, design.connects, random, signal)
  const latencies = await measureLatency(stack, frontends, design, deriveKey(seed, 'blocks'), signal)
  const figures = computeDistances({ design, connectsNs, ...latencies })
  return distanceSchema.parse({
    schema: 'spoe-bench/distance/1',
    runId: options.runId,
    startedAt: options.startedAt,
    host,
    design,
    kind,
    outcome: concludeDistances(figures),
    figures,
    ...latencies,
    connectsNs,
  })
}
