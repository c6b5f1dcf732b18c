import type { Plan } from '../../record/plan.ts'
import { planTrial, type TrialDesign } from '../plan-trial.ts'

/** What a test plans where nothing depends on it. */
const anyDesign: TrialDesign = {
  runId: 'a-run',
  startedAt: '2026-01-01T00:00:00.000Z',
  condition: 'paced',
  arms: ['bypass', 'placebo', 'offload'],
  agentSleepsMs: [0, 10],
  requests: [100],
  marginMs: 2,
  mode: 'as-is',
  release: { major: 3, minor: 2 },
}

/** A plan for a test, which says what matters to it. */
export function testPlan(changes: Partial<TrialDesign> = {}): Plan {
  return planTrial({ ...anyDesign, ...changes })
}
