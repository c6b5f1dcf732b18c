import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './ip-address.ts'
import { toHex } from './testing.ts'

/** The URL parser of the platform, as an opinion that is not ours. */
function isIpv6Text(text: string): boolean {
  return URL.canParse(`http://[${text}]/`)
}

describe('IP addresses', () => {
  test.each([
    ['::', '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00'],
    ['::1', '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01'],
    ['1::', '00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00'],
    ['2001:db8::1:0:0:1', '20 01 0d b8 00 00 00 00 00 01 00 00 00 00 00 01'],
    ['2001:db8:0:1:1:1:1:1', '20 01 0d b8 00 00 00 01 00 01 00 01 00 01 00 01'],
    ['2001:0:0:1::1', '20 01 00 00 00 00 00 01 00 00 00 00 00 00 00 01'],
    ['::ffff:192.0.2.1', '00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01'],
  ])('%s is canonical (RFC 5952)', (text, bytes) => {
    expect(toHex(parseIpv6(text))).toBe(bytes)
    expect(formatIpv6(parseIpv6(text))).toBe(text)
  })

  test('longer and upper-case forms are read as well', () => {
    expect(formatIpv6(parseIpv6('2001:DB8:0:0:0:0:0:1'))).toBe('2001:db8::1')
    expect(formatIpv6(parseIpv6('64:ff9b::192.0.2.33'))).toBe('64:ff9b::c000:221')
  })

  test.each([
    '',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7::8',
    ':1',
    '12345::',
    'g::',
    '::1%eth0',
    '1.2.3.4',
    '::1.2.3',
    '1.2.3.4::',
  ])('"%s" is no IPv6 address', (text) => {
    expect(() => parseIpv6(text)).toThrow(expect.objectContaining({ code: 'invalidArgument' }))
  })

  test.each(['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.x', '1.2.3.-4'])(
    '"%s" is no IPv4 address',
    (text) => {
      expect(() => parseIpv4(text)).toThrow(expect.objectContaining({ code: 'invalidArgument' }))
    },
  )

  test('every address is the same after text and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(isIpv6Text(formatIpv6(bytes))).toBe(true)
        expect(parseIpv6(formatIpv6(bytes))).toEqual(bytes)
        expect(new URL(`http://${formatIpv4(bytes)}/`).hostname).toBe(formatIpv4(bytes))
        expect(parseIpv4(formatIpv4(bytes))).toEqual(bytes.slice(0, 4))
      }),
    )
  })

  test('every IPv6 text that URLs take is read, and none that they refuse', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(isIpv6Text(formatIpv6(parseIpv6(text)))).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[\da-f:.]{0,24}$/), (text) => {
        let isRead = true
        try {
          parseIpv6(text)
        } catch {
          isRead = false
        }
        expect(isRead).toBe(isIpv6Text(text))
      }),
    )
  })
})
