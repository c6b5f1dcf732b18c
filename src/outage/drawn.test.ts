import { expect, test } from 'vitest'
import { outageArmNames } from '../haproxy/outage-config.ts'
import { armsOfRow, drawOrder, rowKey } from './drawn.ts'

const seed = new Uint8Array(32).fill(3)
const keys = Array.from({ length: 200 }, (_, row) => rowKey(seed, `row ${row}`))

test('every arm gets every code, and a row tells nothing of another', () => {
  const seen = keys.map((key) => armsOfRow(key))
  for (const arms of seen) expect(arms.toSorted()).toEqual([...outageArmNames].toSorted())
  // Of 24 orders, 200 draws leave one out about once in 200.
  expect(new Set(seen.map((arms) => arms.join())).size).toBeGreaterThan(20)
})

test('a block asks every code once, in an order of its own, whatever is drawn after it', () => {
  const order = drawOrder(keys[0]!, 100)
  const blocks = Array.from({ length: 100 }, (_, block) => order.slice(4 * block, 4 * block + 4))
  for (const block of blocks) expect(block.toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3])
  expect(new Set(blocks.map((block) => block.join())).size).toBeGreaterThan(15)
  expect(drawOrder(keys[0]!, 7)).toEqual(order.slice(0, 28))
})
