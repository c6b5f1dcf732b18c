import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

import { message, notify, typed } from '../spop/testing.ts'

test('the message that the speed is measured with is what its README says', () => {
  const file = new URL('../../fixtures/messages/five-arguments.hex', import.meta.url)
  const bytes = Buffer.from(readFileSync(file, 'latin1').replaceAll('\n', ''), 'hex')
  const payload = message(
    'check',
    5,
    'username',
    typed.string(''),
    'url-path',
    typed.string('/api/v1/items'),
    'url-query',
    typed.string(''),
    'x-forwarded-from',
    typed.ipv4(192, 0, 2, 44),
    'fingerprint',
    typed.string('579e8afb0c1d42f3a65b9c7d08e1f2a4'),
  )
  expect(bytes).toEqual(notify(1, 1, payload))
})
