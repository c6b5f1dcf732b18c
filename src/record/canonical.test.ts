import { expect, test } from 'vitest'
import { canonicalJson } from './canonical.ts'

test('the order in which names were written does not show', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x"' }], a: true })).toBe(
    '{"a":true,"b":[1,{"c":"x\\"","d":null}]}',
  )
})
