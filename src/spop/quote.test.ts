import { expect, test } from 'vitest'

import { quote } from './quote.ts'

test('what was given is quoted on one line, control characters escaped', () => {
  expect(quote('2.0')).toBe("'2.0'")
  expect(quote('2.\n0\r\u001B[2J\u009B2J\0')).toBe(String.raw`'2.\n0\r\x1B[2J\x9B2J\x00'`)
  expect(quote(undefined)).toBe('undefined')
  expect(quote({ type: 'null', more: ['a\n'.repeat(50), {}] })).not.toContain('\n')
})

test('long text is cut off', () => {
  expect(quote('x'.repeat(65_536)).length).toBeLessThan(150)
  expect(quote(Buffer.alloc(65_536)).length).toBeLessThan(200)
})
