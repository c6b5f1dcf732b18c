import type { Plan, PlanCase } from '../record/plan.ts'
import type { SampleLine } from '../record/samples.ts'
import { analyseBlinded, type BlindedCase, hashBlinded } from './blinded-analysis.ts'
import type { CaseLines } from './case-records.ts'

/** Freezes a measured case: the hash of its blinded analysis is written, and only then its key. */
export function freezeCase(
  plan: Plan,
  planCase: PlanCase,
  measured: CaseLines,
  key: Uint8Array,
  append: (line: SampleLine) => void,
): BlindedCase {
  const blinded = analyseBlinded(plan, planCase, measured)
  append({ type: 'freeze', case: planCase.id, hash: hashBlinded(blinded) })
  append({ type: 'open', case: planCase.id, key: Buffer.from(key).toString('hex') })
  return blinded
}
