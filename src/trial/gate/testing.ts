import type { GateSide, SideName } from '../../record/gate-plan.ts'
import type { Plan } from '../../record/plan.ts'
import type { Random } from '../../record/random.ts'
import type { RunRecords } from '../run-folder.ts'
import { syntheticRecords } from '../testing/synthetic-run.ts'
import { type GateDesign, planGate } from './plan-gate.ts'

export const side: GateSide = {
  kind: 'command',
  name: 'agent {port}',
  command: 'agent {port}',
  commit: null,
  isChanged: false,
}

/** A plan on a machine that may be busy with other tests. */
export function gatePlan(changes: Partial<GateDesign> = {}): Plan {
  return planGate({
    runId: 'a-gate',
    startedAt: '2026-01-01T00:00:00.000Z',
    mode: 'as-is',
    gate: { base: side, candidate: side, hasDelay: true },
    agentSleepsMs: [0, 10],
    lateShare: 1,
    ...changes,
  })
}

/** Records of a gate that nobody measured: what a request takes in ns, and what came with it to the origin. */
export function gateRecords(
  plan: Plan,
  latencyNs: (side: SideName, latencyMs: number, random: Random) => number,
  proofOf: (request: number) => string = () => '50',
): RunRecords {
  const records = syntheticRecords(plan, (arm, latencyMs, random) => ({
    latencyNs: latencyNs(arm as SideName, latencyMs, random),
    sleepNs: 0,
  }))
  const lines = records.lines.map((line) =>
    line.type === 'origin'
      ? {
          ...line,
          requests: line.requests.map(
            ([request, atNs]) => [request, atNs, proofOf(request)] as [number, number, string],
          ),
        }
      : line,
  )
  return { ...records, lines }
}
