import type { Run, Summary } from '../../record/run.ts'
import { rowsInOrder } from '../matrix.ts'
import { section } from './figure.ts'
import { html, type Html } from './markup.ts'
import type { PageData } from './page-data.ts'

/** The figures to take away, in the page itself, and where the rest is. */
export function rawSection({ run }: PageData): Html {
  const csv = Buffer.from(casesCsv(run)).toString('base64')
  return section(
    'raw',
    'Raw data',
    'All of it is in the run’s folder; nothing on this page is from anywhere else.',
    [
      html`<p>
        <a download="${run.runId}-cases.csv" href="data:text/csv;charset=utf-8;base64,${csv}"
          >The figures of every case as CSV</a
        >
        (in this page). Every request, with the chain: <code>results/${run.runId}/samples.jsonl</code>; every
        figure with its interval: <code>run.json</code>; all in text: <code>table.txt</code>; this page again:
        <code>npm run report -- ${run.runId}</code>.
      </p> `,
    ],
  )
}

const armColumns = ['mean', 'median', 'p90', 'p99', 'min', 'max'] as const satisfies (keyof Summary)[]

/** One row a case, all in ms; what was not measured is empty. */
export function casesCsv(run: Run): string {
  const arms = ['bypass', 'placebo', 'offload'] as const
  const effects = ['overheadMs', 'placeboMs', 'penaltyMs'] as const
  const heads = [
    'case',
    'latency_ms',
    'requests',
    'mode',
    'verdict',
    ...effects.flatMap((name) => {
      const words = name.replace(/Ms$/, '')
      return [`${words}_ms`, `${words}_lower_ms`, `${words}_upper_ms`, `${words}_mean_ms`]
    }),
    ...arms.flatMap((arm) => armColumns.map((column) => `${arm}_${column}_ms`)),
    'agent_slept_mean_ms',
  ]
  const rows = rowsInOrder(run).map((result) => [
    result.id,
    result.latencyMs,
    result.requests,
    result.mode,
    result.verdict,
    ...effects.flatMap((name) => {
      const effect = result[name]
      return [effect?.estimate, effect?.lower, effect?.upper, effect?.mean]
    }),
    ...arms.flatMap((arm) => armColumns.map((column) => result.arms[arm]?.[column])),
    result.agentSleepMs?.mean,
  ])
  return `${[heads, ...rows.map((row) => row.map((cell) => cell ?? ''))].map((row) => row.join(',')).join('\n')}\n`
}
