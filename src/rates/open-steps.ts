import type { RatesStep, RoundShift, Stretch } from '../record/rates.ts'
import type { BlindedStep } from './blinded-steps.ts'
import { type RatesArm, scoredBody, unscoredBody } from './boot-cell.ts'

/** The arm behind each code of a cell. */
export type ArmsOf = (cell: string) => readonly RatesArm[]

/** Puts arms in the place of codes. */
export function openSteps(steps: readonly BlindedStep[], armsOf: ArmsOf): RatesStep[] {
  return steps.map(({ cell, rate, codes, differenceMs, differenceP99Ms }) => {
    const isSwapped = armsOf(cell)[0] === 'offload'
    const [zero, one] = codes
    const turn = (shift: RoundShift | null): RoundShift | null =>
      isSwapped && shift !== null ? mirror(shift) : shift
    return {
      cell,
      rate,
      bypass: isSwapped ? one : zero,
      offload: isSwapped ? zero : one,
      overheadMs: turn(differenceMs),
      overheadP99Ms: turn(differenceP99Ms),
    }
  })
}

function mirror({ estimate, lower, upper, count }: RoundShift): RoundShift {
  // No minus nought: it would be another byte in a file.
  const turned = (ms: number | null): number | null => (ms === null ? null : 0 - ms)
  return { estimate: 0 - estimate, lower: turned(upper), upper: turned(lower), count }
}

/**
 * What is wrong with the proofs, in words. SPOE fails open: an offload that answered without a score did not ask
 * its agent, which is a finding past saturation and a fault of the set-up before, as are requests that fail.
 * @param holds whether a step is one that the arm holds
 */
export function findFaults(
  stretches: readonly Stretch[],
  armsOf: ArmsOf,
  holds: (cell: string, rate: number, arm: RatesArm) => boolean,
): string[] {
  return stretches.flatMap(({ cell, rate, round, code, bodies, notifies, failures }) => {
    const arm = armsOf(cell)[code] as RatesArm
    const where = `${cell}, ${rate}/s, round ${round + 1}, ${arm}`
    const isHeld = holds(cell, rate, arm)
    const scored = bodies[scoredBody] ?? 0
    const unscored = bodies[unscoredBody] ?? 0
    const answers = Object.values(bodies).reduce((total, each) => total + each, 0)
    const failed = Object.entries(failures)[0]
    return [
      ...(answers === scored + unscored ? [] : [`${where}: answers that are no answers of HAProxy's`]),
      ...(isHeld && failed !== undefined ? [`${where}: ${failed[1]} requests failed: ${failed[0]}`] : []),
      ...(arm === 'bypass' && (scored > 0 || notifies > 0)
        ? [`${where}: ${Math.max(scored, notifies)} requests crossed the agent`]
        : []),
      ...(arm === 'offload' && isHeld && unscored > 0
        ? [`${where}: ${unscored} requests passed the agent by`]
        : []),
      ...(arm === 'offload' && notifies < scored
        ? [`${where}: ${scored} answers have a score and the agent gave ${notifies}`]
        : []),
    ]
  })
}
