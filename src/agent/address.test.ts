import { expect, test } from 'vitest'
import { formatAddress, parseAddress } from './address.ts'

test.for([
  ['127.0.0.1:9000', { host: '127.0.0.1', port: 9000 }],
  ['[::1]:12345', { host: '::1', port: 12_345 }],
  ['spoa.example:65535', { host: 'spoa.example', port: 65_535 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
] as const)('%s', ([text, address]) => {
  expect(parseAddress(text)).toEqual(address)
  expect(formatAddress(address)).toBe(text)
})

test.for(['', '9000', ':9000', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '::1:9000', '[::1]', 'a b:1'])(
  '"%s" is no address',
  (text) => {
    expect(parseAddress(text)).toBeNull()
  },
)
