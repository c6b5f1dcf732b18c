import type { HaproxyBinary } from '../../haproxy/binary.ts'
import { guardCommand } from '../../host/guard.ts'
import { openSmallTrial, smallPlan } from './measured-runs.ts'

/**
 * A process that measures a run of two cases and is killed in the middle of the second one: no handler runs,
 * nothing is closed. Arguments: results folder, run id, the HAProxy as JSON.
 */
const [resultsDir, runId, binary] = process.argv.slice(2) as [string, string, string]
const plan = smallPlan(runId)
const last = plan.cases.at(-1)
await using trial = await openSmallTrial({
  resultsDir,
  plan,
  binary: JSON.parse(binary) as HaproxyBinary,
  seed: new Uint8Array(32).fill(5),
  haproxyPrefix: (removeDirectory) => guardCommand({ removeDirectory }),
  onBlock(caseId, done, total) {
    if (caseId === last?.id && done >= total / 2) process.kill(process.pid, 'SIGKILL')
  },
})
for (const { id } of plan.cases) await trial.measure(id, new AbortController().signal)
