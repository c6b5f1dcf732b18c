import type { Outcome, Run } from '../../record/run.ts'

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

export function describeHost({ host, condition }: Run): string {
  const { haproxy, keepAwake, node } = host
  const mode = keepAwake.mode === 'awake' ? 'machine kept awake' : 'machine as is'
  return `HAProxy ${haproxy.version}, nbthread ${haproxy.nbthread}; Node ${node}; ${condition}; ${mode}`
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
