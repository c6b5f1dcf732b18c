import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { speaksSpop } from '../haproxy/config.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { type Contrast, type ConditionRow, renderConditions } from '../report/conditions-table.ts'
import { stackWarmUpRounds } from '../trial/boot-case.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { estimateEffect } from '../trial/effect.ts'
import { type ConditionDifferences, measureCondition, type Setting } from '../trial/measure-condition.ts'
import { trialDefaults } from '../trial/plan-trial.ts'
import { type Stack, startStack } from '../trial/stack.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

export interface NamedSetting extends Setting {
  readonly name: string
  /** Client and agent in one event loop. */
  readonly isOneLoop?: boolean
}

export interface ConditionsDesign {
  readonly settings: readonly NamedSetting[]
  readonly contrasts: readonly Contrast[]
  /** Every setting comes once a round, in random order, so that drift hits all of them. */
  readonly rounds: number
  readonly signal: AbortSignal
}

/** Measures settings that differ in one thing each, and prints what each thing does. Returns the rows. */
export async function runConditions(design: ConditionsDesign): Promise<readonly ConditionRow[]> {
  return withCleanup((cleanup) => run(design, cleanup))
}

async function run(design: ConditionsDesign, cleanup: Cleanup): Promise<readonly ConditionRow[]> {
  const { rounds, signal } = design
  const context = inject('spoeBench')
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const machine = createMachine(context)
  const key = randomBytes(32)
  const { release } = context.binary
  // Awake where the machine can be; the control arm where the release has it.
  const settings = design.settings.map((setting) => ({
    ...setting,
    mode: context.mode === 'awake' ? setting.mode : 'as-is',
    arms: setting.arms.filter((arm) => arm !== 'control' || speaksSpop(release)),
  }))
  const epochNs = process.hrtime.bigint()
  const threads = cleanup.use(await startStack({ epochNs }))
  const oneLoop = cleanup.use(await startStack({ epochNs, isOneLoop: true }))
  const stackOf = ({ isOneLoop }: NamedSetting): Stack => (isOneLoop === true ? oneLoop : threads)
  const measure = (setting: NamedSetting, label: string, warmUpRounds = 0): Promise<ConditionDifferences> =>
    measureCondition({
      setting,
      release,
      stack: stackOf(setting),
      machine,
      key: deriveKey(key, label),
      warmUpRounds,
      signal,
    })

  // Both stacks find their code compiled; the figures of this are thrown away.
  for (const isOneLoop of [false, true]) {
    const warm = {
      ...(settings[0] as NamedSetting),
      arms: ['bypass', 'offload'] as const,
      latencyMs: 0,
      blocks: 20,
    }
    await measure({ ...warm, isOneLoop }, `warm ${isOneLoop}`, stackWarmUpRounds)
  }
  const found = new Map<string, ConditionDifferences[]>()
  const order = createRandom(deriveKey(key, 'order'))
  for (let round = 0; round < rounds; round++) {
    for (const [turn, setting] of order.shuffle(settings).entries()) {
      const caseIndex = round * settings.length + turn
      progress.send({
        type: 'blocks',
        label: setting.name,
        caseIndex,
        caseCount: rounds * settings.length,
        blocksDone: 0,
        blocksTotal: setting.blocks,
        etaMs:
          settings.reduce((sum, one) => sum + durationMs(one), 0) * (rounds - round - turn / settings.length),
      })
      const differences = await measure(setting, `${round} ${setting.name}`)
      found.set(setting.name, [...(found.get(setting.name) ?? []), differences])
    }
  }
  const rows = settings.flatMap(({ name }) => rowsOf(name, found.get(name) ?? []))
  progress.send({ type: 'report', text: renderConditions(rows, design.contrasts, context.host) })
  return rows
}

function rowsOf(name: string, rounds: readonly ConditionDifferences[]): ConditionRow[] {
  const lateStarts = rounds.reduce((sum, round) => sum + round.lateStarts, 0)
  const row = (title: string, differencesNs: readonly number[]): ConditionRow[] =>
    differencesNs.length === 0
      ? []
      : [
          {
            name: title,
            effect: estimateEffect(differencesNs, { level: 0.95, resamples: 1_999 }),
            lateStarts,
          },
        ]
  return [
    ...row(
      name,
      rounds.flatMap(({ overhead }) => overhead),
    ),
    ...row(
      `${name}: waiting itself`,
      rounds.flatMap(({ waiting }) => waiting),
    ),
    ...row(
      `${name}: SPOE itself`,
      rounds.flatMap(({ spoe }) => spoe),
    ),
  ]
}

/** About: paced by the schedule, sequential by whoever waits. */
function durationMs({
  condition,
  intervalMs = trialDefaults.intervalMs,
  arms,
  blocks,
  latencyMs,
}: Setting): number {
  const waits = arms.filter((arm) => arm !== 'bypass').length
  return 500 + blocks * (condition === 'paced' ? intervalMs * arms.length : arms.length + waits * latencyMs)
}
