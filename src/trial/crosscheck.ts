import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { z } from 'zod'
import type { LoadInput } from '../load/generator.ts'
import type { Plan, PlanCase } from '../record/plan.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import type { Effect } from '../record/run.ts'
import { type Exchange, exchangeSchema } from '../record/samples.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { differences } from './blinded-analysis.ts'
import { bootCase, sendLoad, stackWarmUpRounds } from './boot-case.ts'
import { type Cleanup, withCleanup } from './cleanup.ts'
import { estimateEffect } from './effect.ts'
import { joinCase, netLatencyNs } from './join.ts'
import { loadInput } from './load-input.ts'
import { startStack } from './stack.ts'
import type { Machine } from './trial.ts'
import { TrialError } from './trial-error.ts'

const outsideClient = fileURLToPath(new URL('../../fixtures/crosscheck/client.py', import.meta.url))

export interface CrosscheckOptions {
  readonly plan: Plan
  /** Blocks of one turn are this case's; each client takes `turns` of them. */
  readonly planCase: PlanCase
  readonly turns: number
  readonly machine: Machine
  readonly seed: Uint8Array
  readonly onProgress: (turn: number) => void
  readonly signal: AbortSignal
}

export interface Crosscheck {
  /** Overhead as our load generator saw it, and as the outside client did. */
  readonly ours: Effect
  readonly outside: Effect
  /** Ours less the outside one, block by block of the same schedule. */
  readonly difference: Effect
}

type Client = (input: LoadInput) => Promise<Exchange[]>

/**
 * Measures one case with two clients that share nothing but the schedule: our load generator and a small
 * Python program with a clock of its own. They take turns, in random order, at the same frontends of the
 * same HAProxy.
 *
 * @throws {TrialError} `case` when a request fails, or does not prove itself
 */
export async function crosscheck(options: CrosscheckOptions): Promise<Crosscheck> {
  return withCleanup((cleanup) => compare(options, cleanup))
}

async function compare(options: CrosscheckOptions, cleanup: Cleanup): Promise<Crosscheck> {
  const { plan, planCase, machine, seed, signal } = options
  const epochNs = process.hrtime.bigint()
  const stack = cleanup.use(await startStack({ epochNs }))
  const key = caseKey(seed, planCase.id)
  const allocation = allocateBlocks(plan, planCase, key)
  await machine.enter(planCase.mode)
  const booting = bootCase({
    caseId: planCase.id,
    allocation,
    latencyMs: planCase.latencyMs,
    stack,
    binary: machine.binary,
    nbthread: machine.nbthread,
    prefix: (dir) => machine.haproxyPrefix(dir, planCase.mode),
    requestDeadlineMs: plan.requestDeadlineMs,
    warmUpRounds: stackWarmUpRounds,
    signal,
  })
  const booted = cleanup.use(await booting)
  const dir = await mkdtemp(join(tmpdir(), `spoe-bench-${process.pid}-`))
  cleanup.defer(() => rm(dir, { recursive: true, force: true }))

  const ours: Client = async (input) => {
    const blocks = new Map<number, readonly Exchange[]>()
    await sendLoad(stack, input, signal, ({ block, exchanges }) => blocks.set(block, exchanges))
    return [...blocks].toSorted(([a], [b]) => a - b).flatMap(([, exchanges]) => exchanges)
  }
  const outside: Client = (input) => runOutsideClient(dir, input, epochNs, signal)

  const overheads = { ours: [] as number[], outside: [] as number[] }
  const order = createRandom(deriveKey(key, 'turns'))
  for (let turn = 0; turn < options.turns; turn++) {
    options.onProgress(turn)
    const input = loadInput(
      plan,
      allocateBlocks(plan, planCase, deriveKey(key, `turn ${turn}`)),
      booted.ports,
    )
    for (const who of order.shuffle(['ours', 'outside'] as const)) {
      const exchanges = await (who === 'ours' ? ours : outside)(input)
      const { notifies } = await stack.agent.call('takeRecords')
      const requests = await stack.origin.call('takeRecords')
      const joined = joinCase({ exchanges, notifies, requests })
      const fault = joined.faults[0]
      if (fault !== undefined)
        throw new TrialError('case', `Expected every request of ${who} to join: ${fault.message}`)
      const timed = joined.requests.slice(planCase.warmUpBlocks * allocation.slotsPerBlock)
      const net = (arm: 'bypass' | 'offload'): number[] => {
        const port = booted.ports[allocation.armOfPort.indexOf(arm)]
        return timed.filter((request) => request.port === port).map(netLatencyNs)
      }
      overheads[who].push(...differences(net('offload'), net('bypass')))
    }
  }
  const estimate = (sample: number[]): Effect =>
    estimateEffect(sample, { level: plan.level, resamples: plan.bootstrapResamples })
  return {
    ours: estimate(overheads.ours),
    outside: estimate(overheads.outside),
    difference: estimate(differences(overheads.ours, overheads.outside)),
  }
}

/** Hands the schedule to the Python client as a file and reads its exchanges back. */
async function runOutsideClient(
  dir: string,
  input: LoadInput,
  epochNs: bigint,
  signal: AbortSignal,
): Promise<Exchange[]> {
  const schedule = join(dir, 'schedule.json')
  const result = join(dir, 'exchanges.json')
  const { ports, offsetsNs, ...rest } = input
  const slots = ports.map((port, slot) => ({ port, offsetNs: offsetsNs?.[slot] ?? null }))
  await writeFile(
    schedule,
    JSON.stringify({ ...rest, requestDeadlineMs: input.deadlineMs, epochNs: Number(epochNs), slots }),
  )
  try {
    await execa('python3', ['-I', outsideClient, schedule, result], { cancelSignal: signal, stdin: 'ignore' })
  } catch (cause) {
    throw new TrialError(
      'case',
      'Expected the outside client to run; it needs python3 (3.9 or later) on PATH.',
      { cause },
    )
  }
  return z.array(exchangeSchema).parse(JSON.parse(await readFile(result, 'utf8')))
}
