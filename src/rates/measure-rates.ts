import { describeBuilds, type HaproxyBinary, nameBuilds } from '../haproxy/binary.ts'
import { readPeakMemoryBytes } from '../host/process-memory.ts'
import type { Host } from '../record/host.ts'
import {
  hashRatesPlan,
  type RatesCell,
  type RatesPlan,
  type RatesRecord,
  ratesSchema,
  type Stretch,
} from '../record/rates.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import type { Machine } from '../trial/trial.ts'
import { bootCell } from './boot-cell.ts'
import { listShapes } from './cells.ts'
import { armsOfCell, concludeRates, describeMissing, freezeSteps } from './conclude-rates.ts'
import { arrivalsKey, drawCells, roundKey } from './drawn.ts'
import type { RatesSizes } from './options.ts'
import { planRates, ratesOf, windowMsOf } from './plan-rates.ts'
import { probeCapacity } from './probe-capacity.ts'
import { openRatesFolder, type RatesFolder } from './rates-folder.ts'
import { type RatesStack, startRatesStack } from './rates-stack.ts'

export interface RatesOptions {
  readonly runId: string
  readonly startedAt: string
  readonly resultsDir: string
  /** The oldest first. */
  readonly binaries: readonly HaproxyBinary[]
  readonly sizes: RatesSizes
  readonly level: number
  readonly machine: Machine
  readonly host: Host
  /** 256 bits. */
  readonly seed: Uint8Array
  readonly onPlan: (plan: RatesPlan) => void
  /** Before the first request that counts. */
  readonly onCommitment: (commitment: string, path: string) => Promise<void>
  readonly onNote: (line: string) => void
  readonly onStretch: (round: number, cell: number, done: number) => void
  /** The record as far as it goes: a run that is cut off keeps its stretches. */
  readonly onRound: (record: RatesRecord) => void
  readonly signal: AbortSignal
}

/**
 * Loads HAProxys at rates from idle to past saturation, with and without the offload. Every round boots every cell
 * afresh and visits its rates in random order, both codes of a rate one after the other; which code is the offload
 * follows from the seed, and no figure is made with that known.
 *
 * @throws {TrialError} `usage` when the time does not do, `case` when the offload does not work beforehand or
 * HAProxy dies, `interrupted`
 */
export function measureRates(options: RatesOptions): Promise<RatesRecord> {
  return withCleanup((cleanup) => measure(options, cleanup))
}

/** What a run has so far. */
interface Measured {
  readonly loadPid: number
  readonly stretches: Stretch[]
  readonly memory: RatesRecord['memory']['rounds']
}

async function measure(options: RatesOptions, cleanup: Cleanup): Promise<RatesRecord> {
  const { machine, host, seed } = options
  await machine.enter(host.keepAwake.mode)
  const stack = cleanup.use(await startRatesStack())
  const cells = await sizeCells(options, stack)
  const { runId, startedAt, level, sizes } = options
  const releases = options.binaries.length
  const plan = planRates({
    runId,
    startedAt,
    cells,
    rounds: sizes.rounds,
    seconds: sizes.seconds * releases,
    level,
  })
  options.onPlan(plan)
  const folder = openRatesFolder(options.resultsDir, plan, machineOf(options), seed)
  await options.onCommitment(folder.commitment, folder.path)
  const measured: Measured = { loadPid: stack.load.pid, stretches: [], memory: [] }
  try {
    await runRounds(options, plan, stack, {
      onStretch(stretch, round, cell, done) {
        measured.stretches.push(stretch)
        folder.append({ type: 'stretch', ...stretch })
        options.onStretch(round, cell, done)
      },
      async onRound() {
        const requests = measured.stretches.reduce((sum, { bodies }) => sum + total(bodies), 0)
        measured.memory.push({ requests, bytes: await stack.load.call('residentBytes') })
        options.onRound(partial(options, plan, folder, measured))
      },
    })
  } catch (error) {
    folder.end('interrupted', seed)
    throw error
  }
  const record = conclude(options, plan, folder, measured)
  folder.end('complete', seed)
  return record
}

/** What every cell takes, and so what it is asked. */
async function sizeCells(options: RatesOptions, stack: RatesStack): Promise<RatesCell[]> {
  const { binaries, sizes } = options
  const names = nameBuilds(binaries)
  const cells: RatesCell[] = []
  for (const [index, binary] of binaries.entries()) {
    for (const { name, ...shape } of listShapes(sizes.sweep, sizes.threads)) {
      const haproxy = names[index] as string
      const cell = { ...shape, haproxy, id: `HAProxy ${haproxy}, ${name}` }
      if (sizes.rates !== null && cells.length > 0) {
        cells.push({ ...cell, capacity: null, rates: [...sizes.rates] })
        continue
      }
      const capacity = await probeCapacity({ ...bootOptions(options, stack), cell, binary })
      options.onNote(`${cell.id}: ${Math.round(capacity)} answers/s with the offload when asked for more`)
      cells.push(
        sizes.rates === null
          ? { ...cell, capacity, rates: ratesOf(capacity) }
          : { ...cell, capacity: null, rates: [...sizes.rates] },
      )
    }
  }
  return cells
}

function bootOptions(
  { machine, host, signal }: RatesOptions,
  stack: RatesStack,
): { stack: RatesStack; prefix: (dir: string) => readonly string[]; signal: AbortSignal } {
  return { stack, prefix: (dir) => machine.haproxyPrefix(dir, host.keepAwake.mode), signal }
}

interface RoundEvents {
  readonly onStretch: (stretch: Stretch, round: number, cell: number, done: number) => void
  readonly onRound: () => Promise<void>
}

async function runRounds(
  options: RatesOptions,
  plan: RatesPlan,
  stack: RatesStack,
  { onStretch, onRound }: RoundEvents,
): Promise<void> {
  const { seed, binaries } = options
  const names = nameBuilds(binaries)
  for (const { round, place, cell, stretches } of drawCells(plan, seed)) {
    const key = roundKey(seed, cell.id, round)
    await withCleanup(async (cleanup) => {
      const booted = cleanup.use(
        await bootCell({
          ...bootOptions(options, stack),
          cell,
          armOfCode: armsOfCell(seed, cell.id),
          binary: binaries[names.indexOf(cell.haproxy)] as HaproxyBinary,
          key,
        }),
      )
      for (const [done, { rate, code }] of stretches.entries()) {
        const design = {
          ratePerSecond: rate,
          warmUpMs: plan.warmUpMs,
          windowMs: windowMsOf(plan, rate),
          drainMs: plan.drainMs,
        }
        const { seen } = await booted.load(code, design, arrivalsKey(key, rate))
        onStretch({ ...seen, cell: cell.id, round, rate, code }, round, place, done + 1)
      }
    })
    if (place === plan.cells.length - 1) await onRound()
  }
}

/** Figures under codes, their hash, and only then the arms. */
function conclude(
  options: RatesOptions,
  plan: RatesPlan,
  folder: RatesFolder,
  measured: Measured,
): RatesRecord {
  const { seed } = options
  const { stretches } = measured
  const { blinded, frozen } = freezeSteps(plan, stretches)
  folder.append({ type: 'freeze', hash: frozen })
  return ratesSchema.parse({
    ...partial(options, plan, folder, measured),
    frozen,
    seed: Buffer.from(seed).toString('hex'),
    ...concludeRates(plan, stretches, blinded, seed),
  })
}

function machineOf({ host, binaries }: RatesOptions): Pick<RatesRecord, 'host' | 'haproxys'> {
  const { haproxy: _, ...machine } = host
  return { host: machine, haproxys: describeBuilds(binaries) }
}

function partial(
  options: RatesOptions,
  plan: RatesPlan,
  { commitment, note, attempts }: RatesFolder,
  { stretches, memory, loadPid }: Measured,
): RatesRecord {
  return {
    schema: 'spoe-bench/rates/1',
    ...machineOf(options),
    plan,
    planHash: hashRatesPlan(plan),
    commitment,
    attempt: note,
    attempts,
    frozen: null,
    seed: null,
    outcome: 'incomplete',
    reasons: [describeMissing(plan, stretches)],
    steps: [],
    knees: [],
    memory: { peakBytes: readPeakMemoryBytes(loadPid), rounds: [...memory] },
    stretches: [...stretches],
  }
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0)
}
