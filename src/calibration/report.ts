import { formatMs } from '../report/format.ts'
import { type CalibrationLine, isSound, type TwinBlocks } from './record.ts'
import { relabel } from './relabel.ts'
import { alphas, boundRate, familySize, type Rate, type Tally, tallyUnits } from './tally.ts'

const relabellings = 10_000

/** What the units that were measured so far show, and the bounds that their number buys. */
export function renderCalibration(lines: readonly CalibrationLine[], stored: readonly TwinBlocks[]): string {
  const units = lines.flatMap((line) => (line.type === 'unit' ? [line] : []))
  const sessions = lines.flatMap((line) => (line.type === 'session' ? [line] : []))
  const machines = new Set(
    sessions.map(
      ({ haproxy, node, cpuModel, cores, kernel }) =>
        `HAProxy ${haproxy}, Node ${node}, ${cores} cores of ${cpuModel}, kernel ${kernel}`,
    ),
  )
  return [
    `${units.length} units in ${sessions.length} sessions, ${units.filter((unit) => !isSound(unit)).length} without an answer, ${units[0]?.at ?? ''} to ${units.at(-1)?.at ?? ''}`,
    ...machines,
    ...tallyUnits(units).flatMap(renderTally),
    ...(stored.length === 0 ? [] : ['', ...renderRelabelled(stored)]),
    '',
    'Bounds are one-sided, 95 %, by Clopper and Pearson. An alarm is a two-sided p at or under the level.',
  ].join('\n')
}

function renderTally(tally: Tally): string[] {
  const { mode, latencyMs, blocks, units, faulty, alarms, injections, variation } = tally
  const decisive = alarms.at(-1) as Rate
  const ratio = (100 * variation.deviation) / variation.mean
  return [
    '',
    `${mode}, agent sleeps ${latencyMs} ms, ${blocks} blocks a comparison: ${units} units, ${faulty} with faults`,
    ...alarms.map(
      (rate, index) =>
        `  two offloads alike, alarms at ${percent(alphas[index] as number)}: ${count(rate)}, a rate of at most ${percent(rate.atMost)}`,
    ),
    `  so over ${familySize} latencies, Holm at 1 %: false alarms in at most ${percent(Math.min(1, familySize * decisive.atMost))} of the runs`,
    ...injections.flatMap(({ ms, found, held }) => [
      `  one slower by ${formatMs(ms)}, found at ${percent(alphas[2])}: ${count(found)}, a power of at least ${percent(found.atLeast)}`,
      `  its 95 % interval held ${formatMs(ms)}: ${count(held)}`,
    ]),
    `  overhead from unit to unit: mean ${formatMs(variation.mean)}, deviation ${formatMs(variation.deviation)} (${ratio.toFixed(1)} %), ` +
      `${formatMs(variation.lowest)} to ${formatMs(variation.highest)}; their own intervals promise ${formatMs(variation.expected)}`,
    `  spread of a block difference: ${formatMs(variation.spread)}`,
  ]
}

function renderRelabelled(stored: readonly TwinBlocks[]): string[] {
  const { alarms } = relabel(stored, relabellings, alphas)
  return [
    `Stored blocks of ${stored.length} twins, arms exchanged at random ${relabellings} times:`,
    ...alarms.map((events, index) => {
      const rate = boundRate(events, relabellings)
      return `  alarms at ${percent(alphas[index] as number)}: ${events}, a rate of ${percent(rate.atLeast)} to ${percent(rate.atMost)}`
    }),
  ]
}

function count({ events, trials }: Rate): string {
  return `${events} of ${trials}`
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`
}
