import type { OutageCell, OutageFailure, OutageRecord } from '../record/outage.ts'
import type { OutagePlan, OutageRecords, OutageRow } from '../record/outage-plan.ts'
import { analyseRow } from './blinded-row.ts'
import { rowKey } from './drawn.ts'
import { openRow } from './open-row.ts'
import { outageRecord } from './outage-record.ts'
import { openOutagesFolder } from './outages-folder.ts'
import { saveOutages } from './write-outages.ts'

export interface SealedOutagesOptions {
  readonly resultsDir: string
  readonly plan: OutagePlan
  readonly host: OutageRecord['host']
  readonly haproxys: OutageRecord['haproxys']
  /** 256 bits. */
  readonly seed: Uint8Array
}

/** A run of outages, from its commitment to its end. */
export interface SealedOutages {
  readonly path: string
  readonly commitment: string
  /**
   * Measures a row and writes down what was seen; makes its figures under codes and freezes them; and only then opens it.
   * A row that fails is written down as such.
   * @param measure gets the key that arms and order follow from
   */
  run(
    row: OutageRow,
    measure: (key: Uint8Array) => Promise<OutageRecords>,
    signal: AbortSignal,
  ): Promise<OutageCell>
  /** Ends the run and opens its seed. */
  end(): OutageRecord
}

export function openOutages(options: SealedOutagesOptions): SealedOutages {
  const { resultsDir, plan, host, haproxys, seed } = options
  const folder = openOutagesFolder(resultsDir, plan, { host, haproxys }, seed)
  const cells: OutageCell[] = []
  const failures: OutageFailure[] = []
  const { commitment, note: attempt, attempts } = folder
  const record = (opened: string | null): OutageRecord =>
    outageRecord({ host, haproxys, plan, commitment, attempt, attempts, seed: opened }, cells, failures)
  return {
    path: folder.path,
    commitment,
    async run(row, measure, signal) {
      const key = rowKey(seed, row.id)
      const records = await measure(key).catch((error: unknown) => {
        if (!signal.aborted) {
          const failure = { row: row.id, message: error instanceof Error ? error.message : String(error) }
          failures.push(failure)
          folder.append({ type: 'failed', ...failure })
        }
        throw error
      })
      folder.append({ type: 'row', row: row.id, ...records })
      const blinded = analyseRow(records, plan.design)
      folder.append({ type: 'freeze', row: row.id, hash: blinded.frozen })
      folder.append({ type: 'open', row: row.id, key: Buffer.from(key).toString('hex') })
      const cell = openRow(row, blinded, key)
      cells.push(cell)
      saveOutages(resultsDir, record(null))
      return cell
    },
    end() {
      const isWhole = cells.length + failures.length === plan.rows.length
      folder.end(isWhole ? 'complete' : 'interrupted', seed)
      return record(Buffer.from(seed).toString('hex'))
    },
  }
}
