import { parseArgs } from 'node:util'
import { takeFingerprint } from '../host/fingerprint.ts'
import type { Run } from '../record/run.ts'
import { analyseRun } from '../trial/analyse-run.ts'
import { readRunFolder } from '../trial/run-folder.ts'
import { type SizeRequest, sizeRun } from '../trial/size-run.ts'
import { renderSize } from './size-table.ts'

export const planUsage =
  'npm run plan -- --effect-ms 0.1 [--power 0.95] [--alpha 0.05] [--run results/latest | --pilot]'

/** What a machine is compared by: a spread of another one says nothing about this one. */
const comparedBy = ['arch', 'cpuModel', 'cores', 'kernelVersion', 'hypervisor'] as const

const inconclusive = 3
const notComparable = 4
const invalid = 5

/** Text to print, and the exit code; the text of a failure goes to stderr. */
export interface PlanAnswer {
  readonly text: string
  readonly exitCode: number
}

/** @throws Error, one sentence, for arguments that are not as expected */
export function parsePlanArguments(
  args: readonly string[],
): SizeRequest & { readonly run: string; readonly isPilot: boolean } {
  const values = parseOptions(args)
  if (values.pilot === true && values.run !== undefined)
    throw new Error(`expected --pilot or --run, got both: ${planUsage}.`)
  return {
    effectMs: numberBetween('--effect-ms', values['effect-ms'], 0, 1e6),
    power: numberBetween('--power', values.power ?? '0.95', 0.5, 1),
    alpha: numberBetween('--alpha', values.alpha ?? '0.05', 0, 0.5),
    run: values.run ?? 'latest',
    isPilot: values.pilot === true,
  }
}

/** How many blocks and minutes an effect takes on this machine, from a stored run. */
export async function answerPlan(folder: string, request: SizeRequest): Promise<PlanAnswer> {
  const records = readRunFolder(folder)
  const run = analyseRun(records)
  const difference = differenceOf(run.host.fingerprint, { ...(await takeFingerprint()) })
  if (difference !== null) {
    const text = `the run ${run.runId} is of another machine (${difference}); plan from a run of this one: add --pilot.`
    return { text, exitCode: notComparable }
  }
  if (run.outcome === 'invalid') {
    const text = `the run ${run.runId} is invalid, so its spread is not to be planned from; make a new one, or add --pilot.`
    return { text, exitCode: invalid }
  }
  return sizeOf(run, records.plan, request)
}

function sizeOf(run: Run, plan: Parameters<typeof sizeRun>[0], request: SizeRequest): PlanAnswer {
  const sizes = sizeRun(plan, run.latencies, request)
  if (sizes.length === 0) {
    const text = `the run ${run.runId} has too few blocks, or no bypass arm, to tell its spread; make a longer one, or add --pilot.`
    return { text, exitCode: inconclusive }
  }
  return { text: renderSize(run, sizes, request), exitCode: 0 }
}

function differenceOf(there: Run['host']['fingerprint'], here: Run['host']['fingerprint']): string | null {
  const key = comparedBy.find((name) => name in there && there[name] !== here[name])
  return key === undefined ? null : `${key} ${there[key]} there, ${here[key]} here`
}

function parseOptions(args: readonly string[]): {
  [name in 'effect-ms' | 'power' | 'alpha' | 'run']?: string
} & { pilot?: boolean } {
  const string = { type: 'string' } as const
  try {
    const options = {
      'effect-ms': string,
      power: string,
      alpha: string,
      run: string,
      pilot: { type: 'boolean' } as const,
    }
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split(/\.(?: |\n|$)/)
    throw new Error(`${reason.charAt(0).toLowerCase()}${reason.slice(1)}; expected ${planUsage}.`, { cause })
  }
}

function numberBetween(name: string, text: string | undefined, low: number, high: number): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  if (value > low && value < high) return value
  const range = high < 1e6 ? `between ${low} and ${high}` : `above ${low}`
  throw new Error(
    `expected ${name} with a number ${range}, got ${text === undefined ? 'none' : `"${text}"`}: ${planUsage}.`,
  )
}
