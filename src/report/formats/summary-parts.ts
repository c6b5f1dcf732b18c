import type { Outcome, Run } from '../../record/run.ts'
import { describeCondition } from '../condition.ts'

/** What the Markdown of every kind of run has alike. */

export const outcomeMarks: Record<Outcome, string> = {
  within: '✓',
  exceeds: '✗',
  inconclusive: '?',
  measured: '-',
  unblinded: '!',
  invalid: '!',
  incomplete: '!',
}

export function describeHost(run: Run): string {
  const { haproxy, keepAwake, node } = run.host
  const mode = keepAwake.mode === 'awake' ? 'machine kept awake' : 'machine as is'
  return `HAProxy ${haproxy.version}, nbthread ${haproxy.nbthread}; Node ${node}; ${describeCondition(run)}; ${mode}`
}

/** The commitment, and the command that checks it. */
export function sealLines(run: Run): string[] {
  const attempt =
    run.attempt === null ? '' : `, attempt ${run.attempt.number} (${run.attempt.aborted} aborted)`
  return [
    `Run \`${run.runId}\`${attempt}, commitment \`${run.commitment}\`. It can be replayed from its files:`,
    '',
    '```sh',
    `npm run verify -- --commitment ${run.commitment} results/${run.runId}`,
    '```',
  ]
}
