import { readFileSync } from 'node:fs'
import { testPlan } from '../../trial/testing/test-plan.ts'
import { syntheticRecords } from '../../trial/testing/synthetic-run.ts'
import { parsePublished } from '../published.ts'
import { readSeries } from '../run-series.ts'
import { effect, syntheticRun } from '../testing.ts'
import type { Run } from '../../record/run.ts'
import type { PageData } from './page-data.ts'

export const published = parsePublished(
  readFileSync(new URL('../../../fixtures/published.json', import.meta.url), 'utf8'),
)

/** What a made-up run of the whole matrix is drawn from; `requests` as in the seed's. */
export function pageData(
  changes: Partial<Run> = {},
  requests: readonly number[] = [10, 100, 1000],
): PageData {
  const plan = testPlan({
    runId: '20261103T101500Z-4f2a00',
    startedAt: '2026-11-03T10:15:00.000Z',
    agentSleepsMs: [0, 1, 10, 100, 1000],
    requests,
    mode: 'awake',
  })
  const made = syntheticRun({ runId: plan.runId, ...changes })
  const cases = made.cases.map((one) => ({ ...one, id: one.id.replace('-x', '-') }))
  return {
    run: { ...made, cases, decoy: changes.decoy === undefined ? decoy : changes.decoy },
    plan,
    series: readSeries(syntheticRecords(plan)),
    published,
  }
}

const decoy = {
  requests: 500,
  latencyMs: 1,
  injectedMs: 0.222,
  effectMs: effect(0.23, 0.02),
  p: 1e-9,
  alpha: 0.005,
  isFound: true,
  faults: [],
}
