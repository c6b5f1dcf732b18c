import { aloneInNetwork, type DelayKind, inNetworkOf, layDistance } from '../../host/distance.ts'
import { type DistanceDesign, type DistanceRecord, distanceSchema } from '../../record/distance.ts'
import type { Host } from '../../record/host.ts'
import { deriveKey } from '../../record/random.ts'
import { stackWarmUpRounds } from '../boot-case.ts'
import { type Cleanup, withCleanup } from '../cleanup.ts'
import { bootFrontends, type FrontendsOptions } from '../peers/boot-frontends.ts'
import { measureLatency, warmUp } from '../peers/measure-latency.ts'
import { startOwnAgent } from '../peers/own-agent.ts'
import { startStack } from '../stack.ts'
import type { Machine } from '../trial.ts'
import { armName, echoName, computeDistances, concludeDistances } from './figures.ts'
import { startOwnNameServer } from './own-name-server.ts'

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
 * of its own, all of them on one HAProxy, a request to each and one past SPOE in every block. What a round trip is, a
 * name server beside each agent tells: the same HAProxy asks it over the same way and at the same place of a request,
 * one datagram there and one back, in the same blocks.
 *
 * @throws {TrialError} `case` when a request passed an agent or a name server by, `stack`, `interrupted`
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
  const arms: FrontendsOptions['arms'][number][] = []
  for (const [number, delayMs] of design.delaysMs.entries()) {
    const agent = cleanup.use(await startOwnAgent({ prefix: aloneInNetwork, host: '0.0.0.0' }))
    const names = cleanup.use(await startOwnNameServer({ prefix: inNetworkOf(agent.pid), host: '0.0.0.0' }))
    const { host: there } = cleanup.use(await layDistance(kind, { number, pid: agent.pid, delayMs }))
    arms.push(
      { name: armName(number), offload: true, agentAddress: { host: there, port: agent.port } },
      { name: echoName(number), offload: false, lookupAt: { host: there, port: names.port } },
    )
  }
  const { frontends } = await bootFrontends({ stack, machine, mode, seed, arms, signal }, cleanup)
  await warmUp(stack, frontends, options.warmUpRounds ?? stackWarmUpRounds, signal)
  const latencies = await measureLatency(stack, frontends, design, deriveKey(seed, 'blocks'), signal)
  const figures = computeDistances({ design, ...latencies })
  return distanceSchema.parse({
    schema: 'spoe-bench/distance/2',
    runId: options.runId,
    startedAt: options.startedAt,
    host,
    design,
    kind,
    outcome: concludeDistances(design, figures),
    figures,
    ...latencies,
  })
}
