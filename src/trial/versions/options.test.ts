import { expect, test } from 'vitest'
import { parseReleases, parseVersionsSizes } from './options.ts'

test('sizes have defaults; blocks are spread over the boots', () => {
  expect(parseVersionsSizes({})).toEqual({ sleepsMs: [0, 10], threads: [1], rounds: 4, blocksPerRound: 250 })
  expect(
    parseVersionsSizes({
      SPOE_BENCH_SLEEPS: '100,0,100',
      SPOE_BENCH_NBTHREAD: '1,2',
      SPOE_BENCH_BLOCKS: '10',
      SPOE_BENCH_ROUNDS: '3',
    }),
  ).toEqual({ sleepsMs: [100, 0], threads: [1, 2], rounds: 3, blocksPerRound: 4 })
})

test('releases: all, some or none', () => {
  expect(parseReleases(undefined)).toBeNull()
  expect(parseReleases('3.2,3.4')).toEqual(['3.2', '3.4'])
  expect(parseReleases('none')).toEqual([])
})

test.for(['', '1,', '-1', '1.5', '0 10'])('"%s" is no list of sleeps', (text) => {
  expect(() => parseVersionsSizes({ SPOE_BENCH_SLEEPS: text })).toThrow(
    `Expected --sleeps to be a list such as 0,10, got "${text}"`,
  )
})

test.for(['', '0', '1;2'])('"%s" is no list of threads', (text) => {
  expect(() => parseVersionsSizes({ SPOE_BENCH_NBTHREAD: text })).toThrow(
    '--nbthread to be a list such as 1,2',
  )
})

test.for(['', '3', '3.2;3.4', 'newest'])('"%s" is no list of releases', (text) => {
  expect(() => parseReleases(text)).toThrow('--releases to be a list such as 3.2,3.4')
})
