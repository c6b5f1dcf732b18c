/** Does the interval cover, and does the test err as often as it says? Asked of simulated blocks, the way a run is. */
import { createRandom, deriveKey } from '../record/random.ts'
import { blockOnce } from '../stats/blocking.ts'
import { signedRankInterval, signedRankTest } from '../stats/signed-rank.ts'
import { robustDeviation } from '../stats/spread.ts'
import { createNoise, drawAutoregressive, type Level, type Noise } from './levels.ts'

/** Robust deviation of a block difference that every level is scaled to, in ns: what a quiet machine has. */
export const spreadNs = 350_000

export interface Simulation {
  readonly level: Level
  readonly count: number
  readonly effectNs: number
  readonly simulations: number
  readonly seed: string
}

/** Draws one case after the other: `count` block differences in whole ns. */
export function createCases({
  level,
  count,
  effectNs,
  seed,
}: Omit<Simulation, 'simulations'>): () => Float64Array {
  const noise = createNoise(createRandom(keyOf(seed, level.name, String(count), String(effectNs))))
  const scale = scaleOf(level)
  return () => drawDifferences(level, count, noise, scale).map((value) => Math.round(value + effectNs))
}

/** Two arms in random order inside each block, `scale` ns to the unit of the level. */
function drawDifferences(level: Level, count: number, noise: Noise, scale: number): Float64Array {
  const latencies = level.draw(2 * count, noise)
  const wandering =
    level.effectCorrelation === null ? null : drawAutoregressive(count, level.effectCorrelation, noise)
  return Float64Array.from({ length: count }, (_, block) => {
    const sign = noise.uniform() < 0.5 ? 1 : -1
    const difference = sign * scale * (latencies[2 * block]! - latencies[2 * block + 1]!)
    return difference + (wandering === null ? 0 : spreadNs * wandering[block]!)
  })
}

const scales = new Map<string, number>()

/** Found from one long case of the level, the same for every simulation. */
function scaleOf(level: Level): number {
  const known = scales.get(level.name)
  if (known !== undefined) return known
  const noise = createNoise(createRandom(keyOf('scale', level.name)))
  const steady: Level = { ...level, effectCorrelation: null }
  const scale = spreadNs / robustDeviation(drawDifferences(steady, 20_000, noise, 1))
  scales.set(level.name, scale)
  return scale
}

function keyOf(...words: readonly string[]): Uint8Array {
  return words.reduce<Uint8Array>((key, word) => deriveKey(key, word), new Uint8Array(32))
}

/** In how many simulations the two-sided 95 % interval held the effect, and the coverage that it claims. */
export function countCovered(simulation: Simulation): { covered: number; achievedLevel: number } {
  const drawCase = createCases(simulation)
  let covered = 0
  let achievedLevel = 0
  for (let turn = 0; turn < simulation.simulations; turn += 1) {
    const interval = signedRankInterval(blockOnce(drawCase()).differences, {
      level: 0.95,
      sides: 'two',
    })
    achievedLevel = interval.achievedLevel
    const { lower, upper } = interval
    if (lower !== null && upper !== null && lower <= simulation.effectNs && simulation.effectNs <= upper) {
      covered += 1
    }
  }
  return { covered, achievedLevel }
}

/** In how many simulations the one-sided test finds an effect above nought, at each of `alphas`. */
export function countDetected(simulation: Simulation, alphas: readonly number[]): number[] {
  const drawCase = createCases(simulation)
  const detected = alphas.map(() => 0)
  for (let turn = 0; turn < simulation.simulations; turn += 1) {
    const p = signedRankTest(blockOnce(drawCase()).differences, {
      shift: 0,
      alternative: 'greater',
    })
    alphas.forEach((alpha, index) => {
      if (p <= alpha) detected[index]! += 1
    })
  }
  return detected
}
