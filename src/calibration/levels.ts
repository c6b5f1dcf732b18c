/**
 * What the simulated machine is like from one request to the next. Shapes, not sizes: whoever draws from them
 * scales the block differences to one spread, so that the levels compare.
 */
import { createXoshiro, type RandomSource } from '../stats/xoshiro.ts'

/** A latency for each of `slots` requests in a row, in any unit. */
type DrawLatencies = (slots: number, noise: Noise) => Float64Array

export interface Level {
  readonly name: string
  readonly draw: DrawLatencies
  /**
   * Lag-1 autocorrelation of the effect itself from block to block; its deviation equals the spread. The order
   * of the arms is random, the effect's is not: where it wanders, no interval of one run is promised to hold.
   */
  readonly effectCorrelation: number | null
}

/** Uniform on (0, 1) and standard normal. */
export interface Noise {
  uniform(): number
  normal(): number
}

export function createNoise(source: RandomSource): Noise {
  const next = createXoshiro(source)
  const uniform = (): number => (next() + 0.5) / 2 ** 32
  let spare: number | null = null
  return {
    uniform,
    /** Box and Muller 1958, both of the pair. */
    normal() {
      if (spare !== null) {
        const kept = spare
        spare = null
        return kept
      }
      const radius = Math.sqrt(-2 * Math.log(uniform()))
      const angle = 2 * Math.PI * uniform()
      spare = radius * Math.sin(angle)
      return radius * Math.cos(angle)
    },
  }
}

/** Autoregressive of order one, standard normal at every place. */
export function drawAutoregressive(count: number, correlation: number, noise: Noise): Float64Array {
  const fresh = Math.sqrt(1 - correlation * correlation)
  const values = new Float64Array(count)
  values[0] = noise.normal()
  for (let index = 1; index < count; index += 1) {
    values[index] = correlation * values[index - 1]! + fresh * noise.normal()
  }
  return values
}

/** Logarithmic deviation of a latency on a quiet machine. */
const sigma = 0.4
const lognormal = (noise: Noise): number => Math.exp(sigma * noise.normal())

const independent: DrawLatencies = (slots, noise) =>
  Float64Array.from({ length: slots }, () => lognormal(noise))

const autoregressive =
  (correlation: number): DrawLatencies =>
  (slots, noise) =>
    drawAutoregressive(slots, correlation, noise).map((value) => Math.exp(sigma * value))

/** Climbs to three times its speed, and is twice as slow again from one third to two thirds of the way. */
const drifting: DrawLatencies = (slots, noise) =>
  independent(slots, noise).map((latency, slot) => {
    const done = slot / slots
    return latency * (1 + 2 * done) * (done > 1 / 3 && done < 2 / 3 ? 2 : 1)
  })

/** One request in fifty stalls for some ten to twenty times the usual. */
const spiky: DrawLatencies = (slots, noise) =>
  independent(slots, noise).map((latency) => latency + (noise.uniform() < 0.02 ? 10 * lognormal(noise) : 0))

/** A core that sleeps or does not: two speeds, and nothing between them. */
const bimodal: DrawLatencies = (slots, noise) =>
  Float64Array.from(
    { length: slots },
    () => (noise.uniform() < 0.4 ? 2 : 1) * Math.exp(0.05 * noise.normal()),
  )

const level = (name: string, draw: DrawLatencies, effectCorrelation: number | null = null): Level => ({
  name,
  draw,
  effectCorrelation,
})

export const levels: readonly Level[] = [
  level('iid', independent),
  level('ar-0.3', autoregressive(0.3)),
  level('ar-0.5', autoregressive(0.5)),
  level('drifting', drifting),
  level('spiky', spiky),
  level('bimodal', bimodal),
  level('effect-ar-0.3', independent, 0.3),
  level('effect-ar-0.5', independent, 0.5),
]
