import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { readExportOptions } from './export-options.ts'

const asked = { SPOE_BENCH_SUITE: 'export', SPOE_BENCH_EXPORT: 'no-such-folder', SPOE_BENCH_CWD: '/tmp' }

test.for([
  [{ SPOE_BENCH_EXPORT: undefined }, 'Expected --artillery with a folder'],
  [{ SPOE_BENCH_EXPORT: tmpdir() }, 'a folder that is not there yet'],
  [
    { SPOE_BENCH_TARGET: '192.0.2.1:20000' },
    'got 192.0.2.1: load it only if it is yours, and say so with --i-own',
  ],
  [{ SPOE_BENCH_TARGET: 'bench.example' }, '--i-own-this-host'],
  [{ SPOE_BENCH_TARGET: '127.0.0.1.example.com' }, '--i-own-this-host'],
  [{ SPOE_BENCH_TARGET: '[::1]:20000' }, 'to be HOST or HOST:PORT'],
  [{ SPOE_BENCH_TARGET: 'http://127.0.0.1/' }, 'to be HOST or HOST:PORT'],
  [{ SPOE_BENCH_WORKERS: '0' }, 'Expected --workers to be a whole number'],
  [{ SPOE_BENCH_MARGIN_MS: 'few' }, 'Expected --margin-ms to be a number'],
  [{ SPOE_BENCH_MARGIN_MS: 'Infinity' }, 'Expected --margin-ms to be a number'],
  [{ SPOE_BENCH_MARGIN_MS: '1e999' }, 'Expected --margin-ms to be a number'],
  [{ SPOE_BENCH_SLEEPS: '0,10,00' }, 'Expected --sleeps to name every sleep once, got "0,10,00"'],
  [{ SPOE_BENCH_WORKERS: '5', SPOE_BENCH_BLOCKS: '4' }, 'got --blocks 4 for --workers 5'],
  [{ SPOE_BENCH_BLOCKS: '2' }, 'got --blocks 2 for --workers 3'],
] as const)('%j is refused', ([env, sentence]) => {
  expect(() => readExportOptions({ ...asked, ...env })).toThrow(sentence)
})

test('loopback needs no word of its owner, another host does', () => {
  expect(
    readExportOptions({ ...asked, SPOE_BENCH_TARGET: '127.0.0.1:20000', SPOE_BENCH_SLEEPS: '0,10' }),
  ).toEqual({
    folder: '/tmp/no-such-folder',
    host: '127.0.0.1',
    firstPort: 20_000,
    workers: 3,
    blocks: 1_500,
    agentSleepsMs: [0, 10],
    marginMs: 2,
  })
  const own = { SPOE_BENCH_TARGET: '192.0.2.1', SPOE_BENCH_OWN_HOST: '1' }
  expect(readExportOptions({ ...asked, ...own })).toMatchObject({ host: '192.0.2.1', firstPort: null })
  expect(readExportOptions({ SPOE_BENCH_SUITE: 'matrix' })).toBeNull()
})
