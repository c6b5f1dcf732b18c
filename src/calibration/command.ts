import { parseArgs } from 'node:util'
import { levels } from './levels.ts'
import { countCovered, countDetected, spreadNs } from './simulate.ts'
import { isBroken, renderCoverage, renderDetection, type SimulatedLevel } from './simulated-table.ts'

const coverageCounts = [10, 50, 100, 200, 500, 1000, 1110]
const effectNs = 100_000
/** One-sided 5 %, and 1 % over five latencies by Holm: 0.2 % is what the first of them has to pass. */
const alphas = [0.05, 0.002]
const powerCount = 1000
const powerEffectsNs = [30_000, 40_000, 50_000, 60_000, 100_000]

/**
 * `npm run calibrate`: simulates cases and counts how often the interval holds the effect and the test finds
 * one. Every cell has a seed of its own, so a part of the table has the figures of the whole.
 */
export function runCommand(args: readonly string[]): void {
  const options = readOptions(args)
  const found = options.levels.map((level): SimulatedLevel => {
    const common = { level, simulations: options.simulations, seed: options.seed }
    const progress = (text: string): void => console.error(`${level.name}, ${text}`)
    const coverage = options.counts.map((count) => {
      const cell = { count, ...countCovered({ ...common, count, effectNs }) }
      progress(`n = ${count}: ${cell.covered} of ${options.simulations} intervals hold the effect`)
      return cell
    })
    const asked = options.isCoverageOnly ? [] : detections()
    const detection = asked.flatMap((question) => {
      const detected = countDetected({ ...common, ...question }, question.alphas)
      progress(`n = ${question.count}: ${question.effectNs / 1e6} ms found ${detected.join(' and ')} times`)
      return question.alphas.map((alpha, index) => ({ ...question, alpha, detected: detected[index] ?? 0 }))
    })
    const isPromised = level.effectCorrelation === null
    return { name: level.name, isPromised, simulations: options.simulations, coverage, detection }
  })
  console.log(
    [
      `${options.simulations} simulations a cell, seed "${options.seed}"; block differences spread by ${spreadNs / 1e6} ms, effect ${effectNs / 1e6} ms`,
      '',
      ...renderCoverage(found),
      ...(options.isCoverageOnly ? [] : ['', ...renderDetection(found)]),
    ].join('\n'),
  )
  const broken = found.filter(
    ({ isPromised, coverage }) => isPromised && coverage.some((cell) => isBroken(cell, options.simulations)),
  )
  if (broken.length > 0) process.exitCode = 1
}

function detections(): { count: number; effectNs: number; alphas: readonly number[] }[] {
  return [
    { count: 50, effectNs: 0, alphas },
    { count: powerCount, effectNs: 0, alphas },
    ...powerEffectsNs.map((powerNs) => ({ count: powerCount, effectNs: powerNs, alphas: [0.002] })),
  ]
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      levels: { type: 'string' },
      counts: { type: 'string', default: coverageCounts.join(',') },
      simulations: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      'coverage-only': { type: 'boolean', default: false },
    },
  })
  const names = values.levels?.split(',') ?? levels.map(({ name }) => name)
  return {
    levels: names.map((name) => {
      const level = levels.find((one) => one.name === name)
      if (level !== undefined) return level
      throw new Error(`expected levels from ${levels.map((one) => one.name).join(', ')}, got "${name}".`)
    }),
    counts: values.counts.split(',').map((text) => readCount('--counts', text)),
    simulations: readCount('--simulations', values.simulations),
    seed: values.seed,
    isCoverageOnly: values['coverage-only'],
  }
}

function readCount(option: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1) return count
  throw new Error(`expected whole numbers above 0 after ${option}, got "${text}".`)
}
