import type { Run, Summary } from '../../record/run.ts'
import { rowsInOrder } from '../matrix.ts'
import { type CaseSeries, differencesMs } from '../run-series.ts'
import { section } from './figure.ts'
import { html, type Html } from './markup.ts'
import type { PageData } from './page-data.ts'

/** More blocks than this would make a page that nobody can send. */
const mostBlocks = 9_000

/** The figures to take away, in the page itself, and where the rest is. */
export function rawSection({ run, series, against, baseline, exporter }: PageData): Html {
  // What stands beside a run takes room, and its page alone has them.
  const isAlone = [against, baseline, exporter].every((other) => other === undefined)
  const blocks = series.reduce((sum, { requests }) => sum + requests, 0)
  return section(
    'raw',
    'Raw data',
    'All of it is in the run’s folder; nothing on this page is from anywhere else.',
    [
      html`<p>In this page, as CSV:</p>
        <ul>
          <li>${download(`${run.runId}-cases.csv`, 'the figures of every case', casesCsv(run))}</li>
          ${
            !isAlone || blocks === 0 || blocks > mostBlocks
              ? null
              : html`<li>
                  ${download(`${run.runId}-blocks.csv`, 'the differences of every block', blocksCsv(series))},
                  in whole µs, the case by its row in the other file: the estimates can be worked out from
                  them
                </li>`
          }
        </ul>
        <p>
          Every request, with the chain: <code>results/${run.runId}/samples.jsonl</code>; every figure with
          its interval: <code>run.json</code>; all in text: <code>table.txt</code>; this page again:
          <code>npm run report -- ${run.runId}</code>.
        </p> `,
    ],
  )
}

/** Percent-encoded, it is shorter than in base 64: most of it is digits. */
function download(name: string, words: string, csv: string): Html {
  return html`<a
    download="${name}"
    href="data:text/csv;charset=utf-8,${encodeURIComponent(csv).replaceAll('%2C', ',')}"
    >${words}</a
  >`
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
  return renderCsv([heads, ...rows])
}

/** A line a case and arm: what it took more than bypass, block by block as they were sent, in whole µs. */
export function blocksCsv(series: readonly CaseSeries[]): string {
  return renderCsv(
    series.flatMap((one) =>
      (['offload', 'placebo'] as const).map((arm) => [
        one.id,
        arm,
        ...differencesMs(one, arm, 'bypass').map(wholeUs),
      ]),
    ),
  )
}

function wholeUs(ms: number): number {
  // The sum takes the sign off a minus nought.
  return Math.round(1000 * ms) + 0
}

function renderCsv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return rows.map((row) => `${row.map((cell) => cell ?? '').join(',')}\n`).join('')
}
