import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bodyOf, headOf } from '../../record/request-text.ts'
import { readMix, type ReadMix } from './read-mix.ts'

const folder = mkdtempSync(join(tmpdir(), 'spoe-mix-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(name: string, content: unknown): ReadMix {
  const file = join(folder, name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readMix(file)
}

test('a list of requests of which only the path is there', () => {
  const { mix, notes } = read('mix.json', [{ path: '/' }])
  expect(mix).toEqual({
    from: 'mix.json',
    requests: [{ method: 'GET', path: '/', headers: [], times: 1 }],
  })
  expect(notes).toEqual([])
})

test('everything that a request can have', () => {
  const { mix } = read('mix.json', [
    {
      method: 'POST',
      path: '/a?b=c',
      headers: { Host: 'x.example', 'x-a': ['1', '2'] },
      body: 'é',
      times: 3,
    },
    { method: 'PUT', path: '/', bodyBytes: 20_000 },
    { method: 'POST', path: '/', bodyBase64: 'AP8=' },
    { method: 'POST', path: '/', body: '' },
  ])
  expect(mix.requests.map((request) => headOf(request))).toEqual([
    'POST /a?b=c HTTP/1.1\r\nHost: x.example\r\nx-a: 1\r\nx-a: 2\r\ncontent-length: 2\r\n',
    'PUT / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 20000\r\n',
    'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 2\r\n',
    'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n',
  ])
  expect(mix.requests.map((request) => bodyOf(request).length)).toEqual([2, 20_000, 2, 0])
  expect(bodyOf(mix.requests[2]!)).toEqual(Buffer.from([0, 255]))
})

const one = (changes: object): object[] => [{ path: '/' }, { path: '/b', ...changes }]

test.for([
  ['{', 'Expected mix.json to hold a JSON list of requests such as [{"path": "/"}], got '],
  [{}, 'got Invalid input: expected array, received object.'],
  [[], 'got Too small'],
  [one({ paht: '/' }), 'at 1: Unrecognized key: "paht"'],
  [one({ path: 3 }), 'at 1/path: Invalid input: expected string, received number'],
  [one({ body: 'x', bodyBytes: 1 }), 'at 1: one of body, bodyBase64 and bodyBytes'],
  [one({ path: 'b' }), 'Expected of request 2 of mix.json ("GET b") a path that begins with /'],
  [one({ path: '/a b' }), 'has no blanks (percent-encoded), got "/a b"'],
  [one({ method: 'CONNECT' }), 'a method of HTTP other than CONNECT, got "CONNECT"'],
  [one({ method: 'GET /\r\n' }), 'a method of HTTP'],
  [one({ headers: { 'a b': 'c' } }), 'names of headers, got "a b"'],
  [one({ headers: { a: 'b\r\nc: d' } }), 'the header a to be on one line in latin1, got "b\\r\\nc: d"'],
  [one({ headers: { Connection: 'close' } }), 'no header Connection: it is of the connection or ours'],
  [one({ headers: { a: 'x'.repeat(15_300) } }), "fits into HAProxy's buffer, 15360 bytes"],
  [
    one({ headers: Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`a${index}`, ''])) }),
    "at most 98 headers (HAProxy's tune.http.maxhdr), got 99",
  ],
  [one({ bodyBytes: 2_000_000 }), 'a body of at most 1048576 bytes, got 2000000'],
  [Array.from({ length: 501 }, () => ({ path: '/' })), 'to hold 1 to 500 requests, got 501: cut it'],
] as const)('%j is refused', ([content, sentence]) => {
  expect(() => read('mix.json', content)).toThrow(sentence)
  expect(() => read('mix.json', content)).toThrow(/^Expected [^\n]*\.$/)
})

test('a file that is not there', () => {
  expect(() => readMix(join(folder, 'none.json'))).toThrow(
    'Expected --requests to be a file that can be read',
  )
})

const entry = (url: string, more: object = {}): object => ({
  startedDateTime: 'x',
  request: { method: 'GET', url, headers: [], ...more },
  response: {},
})

test('a recording: its requests, without what belongs to the connection', () => {
  const headers = [
    { name: ':authority', value: 'shop.example' },
    { name: 'Connection', value: 'keep-alive' },
    { name: 'Cookie', value: 'id=secret' },
    { name: 'Content-Length', value: '3' },
    { name: 'x-a', value: '1' },
  ]
  const { mix, notes } = read('shop.har', {
    log: {
      version: '1.2',
      entries: [
        entry('https://shop.example/a%20b?c=d#e', {
          method: 'POST',
          headers,
          bodySize: 3,
          postData: { mimeType: 'text/plain', text: 'abc' },
        }),
        entry('http://cdn.example:8080', {
          headers: [{ name: 'Host', value: 'other.example' }],
          bodySize: -1,
        }),
        entry('https://shop.example/up', {
          method: 'PUT',
          bodySize: 7,
          postData: { mimeType: 'x', params: [] },
        }),
        entry('data:text/plain,x'),
      ],
    },
  })
  expect(mix.requests.map((request) => headOf(request))).toEqual([
    'POST /a%20b?c=d HTTP/1.1\r\nhost: shop.example\r\nCookie: xxxxxxxxx\r\nx-a: 1\r\ncontent-length: 3\r\n',
    'GET / HTTP/1.1\r\nHost: other.example\r\n',
    'PUT /up HTTP/1.1\r\nhost: shop.example\r\ncontent-length: 7\r\n',
  ])
  expect(String(bodyOf(mix.requests[0]!))).toBe('abc')
  expect(notes).toEqual([
    'no host of the recording is contacted (shop.example, cdn.example:8080): all of it goes to the local HAProxy',
    'left out, being of the connection or ours: :authority x 1, connection x 1, content-length x 1',
    '1 values of cookie and authorization are sent as so many x',
    'left out, being no HTTP requests: 1 entries',
  ])
})

test.for([
  ['{"log": {"entries": []}}', 'Expected x.har to hold a recording in HAR, got at log/entries: Too small'],
  ['{}', 'Expected x.har to hold a recording in HAR, got at log: '],
  [JSON.stringify({ log: { entries: [entry('data:,x')] } }), 'to hold 1 to 500 requests, got 0: cut it'],
] as const)('%s is no recording', ([content, sentence]) => {
  expect(() => read('x.har', content)).toThrow(sentence)
})
