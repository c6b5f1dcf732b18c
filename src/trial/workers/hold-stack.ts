import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { readCpuTimes } from '../../host/cpu-times.ts'
import { probeTimer } from '../../host/timer-probe.ts'
import { commitTo } from '../../record/plan.ts'
import type { OriginRecord } from '../../record/samples.ts'
import { toNs } from '../../record/units.ts'
import type { LoadInput } from '../../load/generator.ts'
import { type Allocation, allocateBlocks, caseKey } from '../allocation.ts'
import type { BootedCase } from '../boot-arms.ts'
import { bootCase, stackWarmUpRounds } from '../boot-case.ts'
import { type Cleanup, withCleanup } from '../cleanup.ts'
import { renderLoadInput } from '../load-file.ts'
import { firstRequestOf, loadFile, loadInput } from '../load-input.ts'
import { createRunFolder } from '../run-folder.ts'
import { startStack, type Stack } from '../stack.ts'
import type { TrialOptions } from '../trial.ts'
import { TrialError } from '../trial-error.ts'
import { createArrivals, type ShareArrivals } from './arrivals.ts'
import { type Sealed, writeSealed } from './sealed.ts'
import { splitRecords } from './split-records.ts'

export interface HoldOptions extends Pick<TrialOptions, 'resultsDir' | 'plan' | 'host' | 'machine' | 'seed'> {
  /** Where HAProxy listens, and from which port on. Default: free ports. */
  readonly listen: { readonly host: string; readonly firstPort?: number }
  /** Rounds that warm the threads. Default: as many requests as before the first case of another run. */
  readonly warmUpRounds?: number
  readonly onCommitment: (run: {
    path: string
    commitment: string
    ledgerNote: string | null
  }) => Promise<void>
  /** Everything is up and warm: hands out what each case's worker is told, in the order of the plan. */
  readonly onReady: (inputs: readonly LoadInput[]) => void
  /** So much of each share has come, and since when nothing has; null before the first request. */
  readonly onProgress: (shares: readonly ShareArrivals[], silenceMs: number | null) => void
  readonly signal: AbortSignal
}

export interface HeldStack {
  /** Requests that carried no number of the plan. */
  readonly strays: number
  /** NOTIFYs that no request proves. */
  readonly unproven: number
  readonly shares: readonly ShareArrivals[]
}

const pollMs = 500
/** After the last request that is waited for: what comes twice comes about now. */
const quietMs = 1_000

/**
 * Commits to a plan whose requests others send, boots agent, origin and one HAProxy with a frontend for every arm of
 * every case, and holds them until each request has come, or those that are missing can't any more. What agent and
 * origin wrote down waits in the run's folder for the workers' records.
 *
 * @throws {TrialError} `interrupted`; `case` when the offload does not prove itself or HAProxy dies. The run then has
 * ended in the ledger, and nothing is left to import
 */
export function holdStack(options: HoldOptions): Promise<HeldStack> {
  return withCleanup((cleanup) => hold(options, cleanup))
}

async function hold(options: HoldOptions, cleanup: Cleanup): Promise<HeldStack> {
  const { plan, seed, host } = options
  const stack = cleanup.use(await startStack({ epochNs: process.hrtime.bigint() }))
  const folder = cleanup.use(createRunFolder(options.resultsDir, plan, host))
  const commitment = commitTo(plan, seed)
  const ledgerNote = folder.commit(commitment)
  const seedText = Buffer.from(seed).toString('hex')
  try {
    await options.onCommitment({ path: folder.path, commitment, ledgerNote })
    const { sealed, ...held } = await serve(options, stack, folder.path)
    writeSealed(folder.path, { seed: seedText, ...sealed })
    return held
  } catch (error) {
    folder.end('interrupted', seedText)
    throw error
  }
}

async function serve(
  options: HoldOptions,
  stack: Stack,
  path: string,
): Promise<HeldStack & { readonly sealed: Omit<Sealed, 'seed'> }> {
  const { plan, machine, seed } = options
  const allocations = plan.cases.map((planCase) => allocateBlocks(plan, planCase, caseKey(seed, planCase.id)))
  const { loopbackRoundTripMs } = await probeTimer()
  await machine.enter(plan.cases[0]?.mode ?? 'as-is')
  return withCleanup(async (cleanup) => {
    const booted = cleanup.use(await boot(options, stack, allocations))
    const portsOfCase = plan.cases.map((_, index) =>
      booted.ports.slice(index * plan.arms.length, (index + 1) * plan.arms.length),
    )
    await stack.agent.call(
      'treat',
      plan.cases.flatMap(({ latencyMs }, index) =>
        (portsOfCase[index] ?? []).map((frontendPort) => ({
          frontendPort,
          sleepNs: toNs(latencyMs),
          spinNs: 0,
        })),
      ),
    )
    const inputs = plan.cases.map(({ id }, index) => {
      const input = loadInput(
        plan,
        allocations[index] as Allocation,
        portsOfCase[index] ?? [],
        firstRequestOf(plan, id),
      )
      writeFileSync(loadFile(path, plan, id), renderLoadInput(input), { flag: 'wx' })
      return input
    })
    options.onReady(inputs)
    const cpuBefore = readCpuTimes()
    const { requests, shares } = await receiveAll(options, stack, booted)
    const cpuAfter = readCpuTimes()
    const { hellos, notifies, errors } = await stack.agent.call('takeRecords')
    const { cases, strays, unproven } = splitRecords(plan, portsOfCase, notifies, requests)
    return {
      strays,
      unproven,
      shares,
      sealed: {
        stealShare:
          cpuBefore === null || cpuAfter === null
            ? null
            : (cpuAfter.stealMs - cpuBefore.stealMs) / Math.max(1, cpuAfter.totalMs - cpuBefore.totalMs),
        roundTripMs: loopbackRoundTripMs.median,
        bootMs: booted.bootMs,
        hellos,
        agentErrors: errors,
        cases,
      },
    }
  })
}

/** All arms of all cases on one HAProxy: what it is loaded with is what it would get from one generator. */
function boot(
  { plan, machine, signal, listen, warmUpRounds }: HoldOptions,
  stack: Stack,
  allocations: readonly Allocation[],
): Promise<BootedCase> {
  const armOfPort = allocations.flatMap((allocation) => allocation.armOfPort)
  return bootCase({
    caseId: plan.runId,
    allocation: { armOfPort, portOfSlot: [], offsetsNs: null, slotsPerBlock: armOfPort.length },
    latencyMs: 0,
    stack,
    binary: machine.binary,
    nbthread: machine.nbthread,
    prefix: (dir) => machine.haproxyPrefix(dir, plan.cases[0]?.mode ?? 'as-is'),
    requestDeadlineMs: plan.requestDeadlineMs,
    listen,
    warmUpRounds: warmUpRounds ?? Math.ceil((stackWarmUpRounds * plan.arms.length) / armOfPort.length),
    signal,
  })
}

async function receiveAll(
  { plan, signal, onProgress }: HoldOptions,
  stack: Stack,
  { haproxy }: BootedCase,
): Promise<{ requests: OriginRecord[]; shares: ShareArrivals[] }> {
  const requests: OriginRecord[] = []
  const arrivals = createArrivals(plan)
  let isDead = false
  void haproxy.exited.then(() => (isDead = true))
  for (let isLast = false; ;) {
    await delay(isLast ? quietMs : pollMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) {
      throw new TrialError(
        'interrupted',
        `The run ${plan.runId} was interrupted when ${arrivals.come} of ${arrivals.planned} requests had come.`,
      )
    }
    if (isDead) {
      const said = haproxy.stderr().trim() || 'nothing'
      throw new TrialError('case', `HAProxy died while it waited for the workers; it said: ${said}`)
    }
    const taken = await stack.origin.call('takeRecords')
    const nowMs = performance.now()
    requests.push(...taken)
    arrivals.take(taken, nowMs)
    if (isLast) return { requests, shares: arrivals.shares() }
    onProgress(arrivals.shares(), arrivals.silenceMs(nowMs))
    isLast = arrivals.isOver(nowMs)
  }
}
