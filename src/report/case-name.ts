import type { CaseResult } from '../record/run.ts'
import { formatNominal } from './format.ts'

/** `10 ms × 100`, and which boot of HAProxy, where a case has several. */
export function caseName({
  id,
  latencyMs,
  requests,
}: Pick<CaseResult, 'id' | 'latencyMs' | 'requests'>): string {
  return `${formatNominal(latencyMs)} × ${requests}${bootSuffix(id)}`
}

/** The same, and that the machine was left as it is where that is the exception. */
export function caseNameWithMode(
  one: Pick<CaseResult, 'id' | 'latencyMs' | 'requests' | 'isJudged'>,
): string {
  return `${caseName(one)}${one.isJudged ? '' : ', as is'}`
}

/** `, boot 2` or `, worker 2`; nothing where a case is measured once. */
export function bootSuffix(id: string): string {
  const [, what, number] = /-(boot|worker)-(\d+)$/.exec(id) ?? []
  return number === undefined ? '' : `, ${what} ${number}`
}
