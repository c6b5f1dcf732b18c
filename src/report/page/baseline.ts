import {
  adviceLines,
  type DescribedComparison,
  headline,
  verdictMarks,
} from '../../baseline/comparison-table.ts'
import { comparisonLevel, estimatesAt, newEstimate, slowerLevel } from '../../baseline/compare-run.ts'
import type { Run } from '../../record/run.ts'
import { formatCell, formatInterval, formatLevel, formatMs, formatNominal, formatP } from '../format.ts'
import { baselineSpec, type BaselineRow } from './baseline-chart.ts'
import { renderChart } from './chart.ts'
import { legend, section, tableBehind, twoWidths, type Cell } from './figure.ts'
import { html, prose, type Html } from './markup.ts'
import { chartWidths } from './page-data.ts'
import { colour } from './palette.ts'

/** The run beside the runs of a stored baseline: where each of them lies, where a new one would, and the verdict. */
export async function baselineSection(run: Run, compared: DescribedComparison): Promise<Html> {
  const { baseline, latencies, marginMs, oldest, warnings, outcome } = compared
  const rows = baselineRows(run, compared)
  const draw = async (width: keyof typeof chartWidths): Promise<Html> =>
    renderChart(baselineSpec(rows, chartWidths[width]), {
      id: `baseline-${width}`,
      title: 'This run beside the runs of the baseline',
      description: rows.map(({ exact }) => exact).join('; '),
    })
  const since = baseline.savedAt.slice(0, 10)
  return section('baseline', `Beside the baseline of ${since}`, lead(compared), [
    html`<p>
      <strong>${verdictMarks[outcome]} ${headline(compared)}</strong>
      ${adviceLines(latencies).map((line) => html`${prose(line)} `)}
    </p>`,
    twoWidths(await draw('narrow'), await draw('wide')),
    legend([
      { colour: colour('offload'), name: 'this run', sign: 'dot' },
      { colour: colour('soft'), name: `the ${baseline.runs.length} runs of the baseline`, sign: 'cross' },
      { colour: colour('bypass'), name: `where a new run like them lies, ${formatLevel(comparisonLevel)}` },
      {
        colour: colour('ink'),
        name: `their mean and ${formatNominal(marginMs)}: slower than this exceeds`,
        sign: 'tick',
      },
    ]),
    tableBehind(
      'This run and the baseline, ms',
      [
        'agent',
        'verdict',
        'this run',
        `mean of ${baseline.runs.length} runs`,
        `a new run, ${formatLevel(comparisonLevel)}`,
        'change',
        'p slower (Holm)',
        ...(oldest === null ? [] : [`since ${oldest.savedAt.slice(0, 10)}`]),
      ],
      latencies.map((one): Cell[] => [
        formatNominal(one.latencyMs),
        `${verdictMarks[one.verdict]} ${one.verdict}`,
        formatCell(one.estimate),
        formatCell(one.prediction.mean),
        formatInterval(one.lower, one.upper),
        formatCell(one.estimate - one.prediction.mean),
        formatP(one.p.exceedsAdjusted).replace('= ', ''),
        ...(oldest === null ? [] : [formatCell(one.drift?.estimate ?? null)]),
      ]),
    ),
    warnings.length === 0
      ? html``
      : html`<ul class="notes">
          ${warnings.map((text) => html`<li>${text}</li>`)}
        </ul> `,
  ])
}

function lead({ baseline, marginMs, runId }: DescribedComparison): Html {
  const { commit, runs, code } = baseline
  const from = commit === null ? `code ${code.hash.slice(0, 12)}` : `commit ${commit.slice(0, 10)}`
  return html`${runs.length} runs of ${from}, at the speed that the machine had in ${runId}: their overheads
  in units of their own bypass, times the bypass of this run. Within: no more than ${formatNominal(marginMs)}
  slower than their mean, by the spread of those runs, one-sided at ${formatLevel(comparisonLevel)}; exceeds:
  more than that, by Holm at ${formatLevel(slowerLevel)} over all latencies.`
}

function baselineRows(run: Run, { baseline, latencies }: DescribedComparison): BaselineRow[] {
  return latencies.map((one) => {
    const { latencyMs, estimate, prediction, lower, upper, marginMs, verdict } = one
    const latency = run.latencies.find((each) => each.latencyMs === latencyMs)
    const found = latency === undefined ? null : newEstimate(latency)
    return {
      row: formatNominal(latencyMs),
      estimateMs: estimate,
      runsMs: found === null ? [] : estimatesAt(baseline, found),
      lowerMs: lower,
      upperMs: upper,
      limitMs: prediction.mean + marginMs,
      exact: `${formatNominal(latencyMs)}: this run ${formatMs(estimate)}, expected ${formatMs(prediction.mean)} ${formatInterval(lower, upper)}; ${verdictMarks[verdict]} ${verdict}`,
    }
  })
}
