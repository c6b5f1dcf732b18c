import { expect, test } from 'vitest'
import { createRandom } from '../record/random.ts'
import { type Subject, interleave } from './interleave.ts'

/** Subjects that take a set time on a clock that only they move; `order` is who came when. */
function fakes(costs: Readonly<Record<string, number>>): {
  subjects: Subject[]
  clock: () => number
  order: string[]
} {
  let nowNs = 0
  const order: string[] = []
  const subjects = Object.entries(costs).map(([name, ns], index) => ({
    name,
    operationsPerRound: 2,
    run(rounds: number) {
      order.push(name)
      nowNs += rounds * 2 * ns
      return index % 2 === 0 ? rounds * 14 : Promise.resolve(rounds * 14)
    },
  }))
  return { subjects, clock: () => nowNs, order }
}

test('each subject comes once in each block, and gets its own time and proof', async () => {
  const { subjects, clock, order } = fakes({ fast: 10, slow: 4_000, middle: 50 })
  const random = createRandom(Buffer.from('key'))
  const measured = await interleave(subjects, { blocks: 40, sliceNs: 20_000, clock, random })
  expect(measured.map(({ name, nsPerOperation }) => [name, new Set(nsPerOperation)])).toEqual([
    ['fast', new Set([10])],
    ['slow', new Set([4_000])],
    ['middle', new Set([50])],
  ])
  for (const { nsPerOperation, operations, proof } of measured) {
    expect(nsPerOperation).toHaveLength(40)
    expect(proof).toBe(operations * 7)
  }
  const blocks = Array.from({ length: 40 }, (_, block) => order.slice(-120).slice(block * 3, block * 3 + 3))
  for (const block of blocks) expect(block.toSorted()).toEqual(['fast', 'middle', 'slow'])
  expect(new Set(blocks.map(String)).size).toBeGreaterThan(3)
})

test('a slice is filled, whatever a round takes', async () => {
  const { subjects, clock } = fakes({ fast: 10, slow: 90_000 })
  const random = createRandom(Buffer.from('key'))
  const [fast, slow] = await interleave(subjects, { blocks: 1, sliceNs: 100_000, clock, random })
  // Ten slices of warm-up and one that counts; a round that is longer than a slice is done once.
  expect(fast!.operations).toBeGreaterThan((100_000 / 10) * 10)
  expect(fast!.operations).toBeLessThan((100_000 / 10) * 14)
  expect(slow!.operations).toBe(2 * 7)
})
