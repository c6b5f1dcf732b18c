import type { Run } from '../record/run.ts'
import type { LatencySize, SizeRequest } from '../trial/size-run.ts'
import { layOut } from './columns.ts'
import { describeCondition } from './condition.ts'
import { formatLevel, formatNominal } from './format.ts'

/** What it takes to find an effect, a line per latency and one for all of them. */
export function renderSize(run: Run, sizes: readonly LatencySize[], request: SizeRequest): string {
  const { effectMs, power, alpha } = request
  const totalMs = sizes.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const totalBlocks = sizes.reduce((sum, { blocks }) => sum + blocks, 0)
  const { lines } = layOut(
    [
      right(['agent', 'ms'], [...sizes.map(({ latencyMs }) => String(latencyMs)), 'all']),
      right(['blocks'], [...sizes.map(({ blocks }) => String(blocks)), String(totalBlocks)]),
      right(['minutes'], [...sizes.map(({ durationMs }) => minutes(durationMs)), minutes(totalMs)]),
    ],
    80,
  )
  return [
    `To find ${formatNominal(effectMs)} with a power of ${formatLevel(power)}, one-sided at ${formatLevel(alpha)},`,
    `with the spread of the run ${run.runId} (${describeCondition(run)}, ${run.host.keepAwake.mode}):`,
    '',
    ...lines,
  ].join('\n')
}

function minutes(ms: number): string {
  return (ms / 60_000).toFixed(1)
}

function right(heading: readonly string[], cells: readonly string[]): Parameters<typeof layOut>[0][number] {
  return { name: heading[0] ?? '', heading, cells, align: 'right' }
}
