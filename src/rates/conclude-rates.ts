import { canonicalJson, type Json, sha256 } from '../record/canonical.ts'
import type { RatesPlan, RatesRecord, Stretch } from '../record/rates.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { caseKey } from '../trial/allocation.ts'
import { analyseSteps, type BlindedStep } from './blinded-steps.ts'
import { type RatesArm, ratesArms } from './boot-cell.ts'
import { findKnee, isHeld } from './knee.ts'
import { findFaults, openSteps } from './open-steps.ts'
import { countStretches } from './plan-rates.ts'

/** Figures under codes, and their hash. */
export function freezeSteps(
  plan: RatesPlan,
  stretches: readonly Stretch[],
): { readonly blinded: BlindedStep[]; readonly frozen: string } {
  const blinded = analyseSteps(plan, stretches)
  return { blinded, frozen: sha256(canonicalJson(blinded as unknown as Json)) }
}

/** Which arm is behind each code of a cell. */
export function armsOfCell(seed: Uint8Array, cell: string): readonly RatesArm[] {
  return createRandom(deriveKey(caseKey(seed, cell), 'codes')).shuffle(ratesArms)
}

/** Of a run that has not all its stretches. */
export function describeMissing(plan: RatesPlan, stretches: readonly Stretch[]): string {
  return `${stretches.length} of ${countStretches(plan)} stretches are there`
}

/** What a run comes to, its figures frozen and its seed known. */
export function concludeRates(
  plan: RatesPlan,
  stretches: readonly Stretch[],
  blinded: readonly BlindedStep[],
  seed: Uint8Array,
): Pick<RatesRecord, 'outcome' | 'reasons' | 'steps' | 'knees'> {
  const armsOf = (cell: string): readonly RatesArm[] => armsOfCell(seed, cell)
  const steps = openSteps(blinded, armsOf)
  const stepsOf = (id: string): typeof steps => steps.filter(({ cell }) => cell === id)
  const holds = (id: string, rate: number, arm: RatesArm): boolean => {
    const [lowest] = stepsOf(id)
    const step = stepsOf(id).find((one) => one.rate === rate)
    return lowest !== undefined && step !== undefined && isHeld(step[arm], lowest[arm])
  }
  const faults = findFaults(stretches, armsOf, holds)
  const isWhole = stretches.length === countStretches(plan)
  const reasons = [...(isWhole ? [] : [describeMissing(plan, stretches)]), ...faults]
  return {
    outcome: faults.length > 0 ? 'invalid' : isWhole ? 'measured' : 'incomplete',
    reasons: reasons.slice(0, 20),
    steps,
    knees: plan.cells.flatMap((cell) => ratesArms.map((arm) => findKnee(plan, cell, arm, stepsOf(cell.id)))),
  }
}
