import { expect, test } from 'vitest'
import { parseCount, parsePeers } from './peer.ts'

test('peers by name, address and, if need be, process', () => {
  expect(
    parsePeers(' c=127.0.0.1:12345  go-spop=[::1]:1,4711 far=spoa.example:65535 l=localhost:80'),
  ).toEqual([
    { name: 'c', host: '127.0.0.1', port: 12_345, pid: null },
    { name: 'go-spop', host: '::1', port: 1, pid: 4711 },
    { name: 'far', host: 'spoa.example', port: 65_535, pid: null },
    { name: 'l', host: '127.0.0.1', port: 80, pid: null },
  ])
  expect(parsePeers('')).toEqual([])
})

test.for([
  'c',
  'c=127.0.0.1',
  'c=:12345',
  'c=127.0.0.1:0',
  'c=127.0.0.1:65536',
  'c=127.0.0.1:12345,',
  'c=127.0.0.1:12345,x',
  'c=::1:12345',
  'c d=127.0.0.1:12345',
  'ä=127.0.0.1:12345',
])('"%s" is no peer', (text) => {
  expect(() => parsePeers(text)).toThrow('name=host:port')
})

test.for([
  ['ours=127.0.0.1:1', 'a name of its own'],
  ['bypass=127.0.0.1:1', 'a name of its own'],
  ['a=127.0.0.1:1 a=127.0.0.1:2', 'a name of its own'],
  ['agents-x=127.0.0.1:1', 'other than exporter'],
  ['webservers=127.0.0.1:1', 'other than exporter'],
] as const)('"%s": %s', ([text, sentence]) => {
  expect(() => parsePeers(text)).toThrow(sentence)
})

test('counts have defaults and limits', () => {
  expect(parseCount('blocks', undefined, 1500)).toBe(1500)
  expect(parseCount('blocks', '20', 1500)).toBe(20)
  for (const text of ['', '0', '-1', '1.5', 'many', '1000000']) {
    expect(() => parseCount('blocks', text, 1500)).toThrow(
      `--blocks to be a whole number of 1 to 999999, got "${text}"`,
    )
  }
})
