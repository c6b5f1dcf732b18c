import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainRow, findBrokenLink, hashRow, splitRows, unchainRow } from './chain.ts'

function chain(values: readonly number[]): string[] {
  let previous = 'first'
  return values.map((value) => {
    const row = chainRow({ value }, previous)
    previous = hashRow(row)
    return row
  })
}

const values = fc.array(fc.integer(), { minLength: 3, maxLength: 12 })

test('a chain as it was written holds, and a line comes back without its link', () => {
  fc.assert(
    fc.property(values, (list) => {
      const rows = chain(list)
      expect(findBrokenLink(rows, 'first')).toBeNull()
      expect(rows.map((row) => unchainRow(row).line)).toEqual(list.map((value) => ({ value })))
    }),
  )
})

test('a line that is changed, dropped or moved breaks the link behind it', () => {
  fc.assert(
    fc.property(values, fc.nat(), (list, at) => {
      const rows = chain(list)
      const index = at % (rows.length - 1)
      const changed = rows.with(index, (rows[index] as string).replace('"value":', '"value": '))
      expect(findBrokenLink(changed, 'first')).toBe(index + 2)
      expect(findBrokenLink(rows.toSpliced(index, 1), 'first')).toBe(index + 1)
      const moved = rows.with(index, rows[index + 1] as string).with(index + 1, rows[index] as string)
      expect(findBrokenLink(moved, 'first')).toBe(index + 1)
    }),
  )
})

test('another first link is seen', () => {
  expect(findBrokenLink(chain([1, 2]), 'other')).toBe(1)
})

test('what stands behind the last newline is torn', () => {
  expect(splitRows('a\nb\n')).toEqual({ rows: ['a', 'b'], isTorn: false })
  expect(splitRows('a\nb')).toEqual({ rows: ['a'], isTorn: true })
})
