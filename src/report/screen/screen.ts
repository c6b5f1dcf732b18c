import type { Run } from '../../record/run.ts'
import { detectionPower } from '../../trial/effect.ts'
import { rowNotes, type RowNote } from '../case-table.ts'
import { describeCondition } from '../condition.ts'
import { exporterSentence } from '../exporter-standing.ts'
import { formatCell, formatLevel } from '../format.ts'
import { meaningOf, overheadWords } from '../meaning.ts'
import { allWarnings } from '../page/trust.ts'
import { verdictMark } from '../verdict-mark.ts'
import { wrap } from '../wrap.ts'
import { layOutScreen } from './rows.ts'
import type { ScreenData } from './screen-data.ts'

/**
 * What a run ends with on a terminal, in at most `width` columns (60 and more): a line per case, one per latency, and
 * three sentences: what was found, whether the exporter can be believed, what to do.
 */
export function renderScreen(data: ScreenData, width = 80): string {
  const { run } = data
  const { lines, cases, leftOut } = layOutScreen(data, width)
  const heading = lines.length - cases - run.latencies.length
  const sections = [
    headLines(run),
    [
      ...lines.slice(0, heading + cases),
      'All blocks of a latency, pooled: what is judged',
      ...lines.slice(heading + cases),
    ],
    legendLines(data, leftOut),
    [...run.reasons.map((reason) => `reason: ${reason}`), ...warningLines(run), ...sentences(run)],
  ]
  return sections
    .map((section, index) => (index === 1 ? section : section.flatMap((line) => wrap(line, width, '  '))))
    .map((section) => `${section.join('\n')}\n`)
    .join('\n')
}

function headLines(run: Run): string[] {
  const { haproxy, node, keepAwake } = run.host
  const isStanding = !['invalid', 'incomplete', 'unblinded'].includes(run.outcome)
  return [
    ...(isStanding ? [] : [`! ${run.outcome} run: its figures prove nothing`]),
    `${run.runId}: ${run.outcome}`,
    `HAProxy ${haproxy.version}, Node ${node}, ${describeCondition(run)}, machine ${keepAwake.mode === 'awake' ? 'kept awake' : 'as is'}`,
  ]
}

const noteWords: Record<RowNote, string> = {
  faults: 'faults: see table.txt',
  tail: 'the mean disagrees, see p99',
  blocked: 'the interval is of means of two blocks',
}

function legendLines({ run, shapeFromMs, shapeToMs }: ScreenData, leftOut: readonly string[]): string[] {
  const isShown = (name: string): boolean => !leftOut.includes(name)
  const notes = [...new Set(run.cases.flatMap((one) => rowNotes(one)))]
  const parts = [
    `overhead: ${overheadWords(run)}`,
    ...(isShown('sees')
      ? [`sees: the least that a row would find (power ${formatLevel(detectionPower)})`]
      : []),
    ...(isShown('shape') && shapeFromMs !== null
      ? [`shape: blocks from ${formatCell(shapeFromMs)} to ${formatCell(shapeToMs)} ms`]
      : []),
    ...(isShown('notes') ? notes.map((note) => `${note[0]}: ${noteWords[note]}`) : []),
    ...(leftOut.length === 0 ? [] : [`not shown at this width: ${leftOut.join(', ')}`]),
  ]
  return [...markLines(run), parts.join('; ')]
}

/** The run's own in full; how many its rows have. */
function warningLines(run: Run): string[] {
  const ofRows = allWarnings(run).length - new Set(run.warnings).size
  return [
    ...run.warnings.map((warning) => `warning: ${warning}`),
    ...(ofRows === 0
      ? []
      : [`${ofRows} ${ofRows === 1 ? 'warning' : 'warnings'} of single rows: see table.txt`]),
  ]
}

/** What a mark means, where it is not plain. */
function markLines({ cases, latencies }: Run): string[] {
  const shown = [...cases, ...latencies]
    .map((row) => verdictMark(row))
    .filter(({ word }) => word !== 'within')
  return [...new Set(shown.map(({ mark, word, legend }) => `${mark} ${word}: ${legend}`))]
}

/** What was found, whether the exporter can be believed, what to do. */
function sentences(run: Run): string[] {
  const { found, next } = meaningOf(run)
  return [found, exporterSentence(run), `Next: ${next}`]
}
