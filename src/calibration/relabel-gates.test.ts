import { expect, test } from 'vitest'
import { createRandom } from '../record/random.ts'
import { normalQuantile } from '../stats/normal.ts'
import { relabelGates } from './relabel-gates.ts'
import { madeGate } from './testing.ts'

const random = createRandom(new Uint8Array(32))

/** Gates whose rounds are normal about `centre`. */
function gates(centre: number, deviation: number): ReturnType<typeof madeGate>[] {
  const draw = (): number => centre + deviation * normalQuantile((random.below(1_000_000) + 0.5) / 1_000_000)
  return Array.from({ length: 60 }, () => {
    const gate = madeGate(0, 'within')
    const [latency] = gate.latencies
    return {
      ...gate,
      latencies: [0, 1, 10].map((latencyMs) => ({
        ...latency!,
        latencyMs,
        rounds: Array.from({ length: 8 }, draw),
      })),
    }
  })
}

test('processes that differ by far more than the margin: alarms as often as the level of any latency says', () => {
  const made = gates(0, 5)
  const alarms = relabelGates(made, 6_000)
  expect(alarms / 6_000).toBeGreaterThan(0.005)
  expect(alarms / 6_000).toBeLessThan(0.014)
  expect(relabelGates(made, 6_000)).toBe(alarms)
})

test('processes that differ by less than the margin: hardly any', () => {
  expect(relabelGates(gates(0, 0.02), 2_000)).toBeLessThan(3)
})

test('a side that was always slower is chance once its name is drawn', () => {
  expect(relabelGates(gates(5, 0.5), 6_000) / 6_000).toBeLessThan(0.03)
})
