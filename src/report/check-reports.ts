import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, type Json } from '../record/canonical.ts'
import type { Outcome } from '../record/run.ts'
import { identifyCode } from '../trial/code-identity.ts'
import type { RunRecords } from '../trial/run-folder.ts'
import { checkForm } from '../trial/check-folder.ts'
import { renderReports } from './write-reports.ts'

export interface ReportCheck {
  /** The first report that is not what the records come to, in words; null when all are. */
  readonly fault: string | null
  readonly notes: readonly string[]
  readonly outcome: Outcome
}

/**
 * Holds every report of a run's folder against what its records come to. Where other code measured it, that
 * drew and worded the rest in its own way: run.json is then held figure by figure, the others are named.
 */
export async function checkReports(path: string, records: RunRecords): Promise<ReportCheck> {
  const { run, files } = await renderReports(records)
  const isUnreported = [...files.keys()].every((file) => !existsSync(join(path, file)))
  const isKilled = records.lines.at(-1)?.type !== 'end'
  if (isUnreported && isKilled) {
    return {
      fault: null,
      outcome: run.outcome,
      notes: ['it left no report; npm run analyse makes one of the finished cases'],
    }
  }
  const there = (file: string): string | null =>
    existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8') : null
  const different = [...files].filter(([file, text]) => there(file) !== text).map(([file]) => file)
  const isOwn = identifyCode().hash === records.plan.code.hash
  if (isOwn && different[0] !== undefined)
    return broken(run.outcome, `${different[0]} is not what comes out of the records`)
  if (different.includes('run.json')) {
    const change = findChange(there('run.json'), files.get('run.json') ?? '')
    if (change !== null)
      return broken(run.outcome, `run.json is not what comes out of the records: ${change}`)
  }
  const notes =
    isOwn || different.length === 0
      ? []
      : [
          `${different.join(', ')}: other code made it, so it was not held byte for byte; npm run analyse makes it again`,
        ]
  const isInvalid = run.outcome === 'invalid'
  return {
    fault: isInvalid ? `the run is invalid: ${run.reasons.join('; ')}` : null,
    notes,
    outcome: run.outcome,
  }
}

const broken = (outcome: Outcome, fault: string): ReportCheck => ({ fault, notes: [], outcome })

/** The first value that both have and that differs, in words; null when what both have is alike. */
function findChange(there: string | null, own: string): string | null {
  if (there === null) return 'it is missing'
  return checkForm('it', there) ?? changeIn(JSON.parse(there) as Json, JSON.parse(own) as Json, '')
}

/** What every version has written: a run.json without one was cut. */
const lasting = new Set(
  'runId outcome commitment planHash cases latencies verdict overheadMs estimate lower upper'.split(' '),
)

function changeIn(there: Json, own: Json, place: string): string | null {
  if (isObject(there) && isObject(own)) {
    for (const [name, value] of Object.entries(own)) {
      const other = there[name]
      if (other === undefined && lasting.has(name)) return `${place}/${name} is missing`
      if (other === undefined) continue
      const change = changeIn(other, value, `${place}/${name}`)
      if (change !== null) return change
    }
    return null
  }
  if (Array.isArray(there) && Array.isArray(own) && there.length === own.length) {
    for (const [index, value] of own.entries()) {
      const change = changeIn(there[index] as Json, value as Json, `${place}/${index}`)
      if (change !== null) return change
    }
    return null
  }
  // Sentences may have been worded anew; what was found is in figures, verdicts and marks.
  if (typeof there === 'string' && typeof own === 'string' && own.includes(' ')) return null
  const was = canonicalJson(there)
  const is = canonicalJson(own)
  return was === is ? null : `${place} is ${shorten(was)} there, ${shorten(is)} here`
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
