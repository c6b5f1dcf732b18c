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

/** `, boot 2`; nothing where a case is measured once. */
export function bootSuffix(id: string): string {
  const [, boot] = /-boot-(\d+)$/.exec(id) ?? []
  return boot === undefined ? '' : `, boot ${boot}`
}
