import { expect, test } from 'vitest'
import type { LoadInput } from '../load/generator.ts'
import type { ArmName, PlanCase } from '../record/plan.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { type Allocation, allocateBlocks, caseKey } from './allocation.ts'
import { loadInput } from './load-input.ts'
import { testPlan } from './testing/test-plan.ts'
import { countRightGuesses, mostByChance, type Sighting } from './testing/guess-arm.ts'

const plan = testPlan({
  requests: [10],
})
const cases = 600

/** All that the load generator's input says of a port, in figures: where it stands, when it comes, how often first. */
function lookAt({ ports, offsetsNs, slotsPerBlock }: LoadInput, port: number): number[] {
  const all = [...new Set(ports)].toSorted((a, b) => a - b)
  const slots = ports.flatMap((own, slot) => (own === port ? [slot] : []))
  const places = slots.map((slot) => slot % slotsPerBlock)
  const jitters = slots.map((slot) => (offsetsNs?.[slot] ?? 0) - slot * plan.intervalMs * 1e6)
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  return [
    port,
    port % 2,
    all.indexOf(port),
    slots.length,
    slots[0] as number,
    slots.at(-1) as number,
    ...places.slice(0, 8),
    mean(places),
    places.filter((place) => place === 0).length,
    mean(jitters),
    Math.max(...jitters),
    jitters[0] as number,
  ]
}

/** Every port of many cases, with the arm that `armsOf` says it has. */
function see(armsOf: (allocation: Allocation, input: LoadInput, ports: number[]) => ArmName[]): Sighting[] {
  const planCase = plan.cases[1] as PlanCase
  return Array.from({ length: cases }, (_, caseNumber) => {
    const seed = deriveKey(new Uint8Array(32), `seed ${caseNumber}`)
    const allocation = allocateBlocks(plan, planCase, caseKey(seed, planCase.id))
    const random = createRandom(deriveKey(seed, 'free ports'))
    const ports = plan.arms.map((_arm, code) => 20_000 + 3 * random.below(3_000) + code)
    const input = loadInput(plan, allocation, ports)
    const arms = armsOf(allocation, input, ports)
    return ports.map((port, code) => ({
      caseNumber,
      arm: arms[code] as ArmName,
      figures: lookAt(input, port),
    }))
  }).flat()
}

test('from everything in its input the load generator guesses the arm no better than by chance', () => {
  const right = countRightGuesses(see(({ armOfPort }) => [...armOfPort]))
  expect(right).toBeLessThan(mostByChance(3 * cases))
  expect(right).toBeGreaterThan(cases - (mostByChance(3 * cases) - cases))
})

test.for<[string, Parameters<typeof see>[0], number]>([
  [
    'the arms keep their places among the ports',
    (_allocation, _input, ports) => {
      const sorted = ports.toSorted((a, b) => a - b)
      return ports.map((port) => plan.arms[sorted.indexOf(port)] as ArmName)
    },
    0.95,
  ],
  [
    'the highest port is the offload',
    (_allocation, _input, ports) => {
      const high = ports.indexOf(Math.max(...ports))
      return ports.map((_, code) =>
        code === high ? 'offload' : code === (high + 1) % 3 ? 'bypass' : 'placebo',
      )
    },
    0.6,
  ],
  [
    'the offload comes first',
    (_allocation, input, ports) => {
      const first = ports.indexOf(input.ports[0] as number)
      return ports.map((_, code) =>
        code === first ? 'offload' : code === (first + 1) % 3 ? 'bypass' : 'placebo',
      )
    },
    0.6,
  ],
])('and a leak would be seen: %s', ([, armsOf, share]) => {
  expect(countRightGuesses(see(armsOf))).toBeGreaterThan(share * 3 * cases)
})

test('every case has as many ports as every other, and as many requests to each', () => {
  for (const planCase of plan.cases) {
    const allocation = allocateBlocks(plan, planCase, caseKey(new Uint8Array(32), planCase.id))
    const { ports } = loadInput(plan, allocation, [20_000, 20_001, 20_002])
    const counts = Map.groupBy(ports, (port) => port)
    expect([...counts.values()].map(({ length }) => length)).toEqual(
      plan.arms.map(() => planCase.warmUpBlocks + planCase.requests),
    )
  }
})
