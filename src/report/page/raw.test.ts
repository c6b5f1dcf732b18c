import { expect, test } from 'vitest'
import { differencesMs } from '../run-series.ts'
import { blocksCsv, casesCsv, rawSection } from './raw.ts'
import { pageData } from './testing.ts'

const data = pageData({}, [10])

test('every timed block in whole µs, a line for each case and arm', () => {
  const lines = blocksCsv(data.series).trimEnd().split('\n')
  expect(lines).toHaveLength(10)
  for (const one of data.series) {
    const [, , ...overheads] = lines.find((line) => line.startsWith(`${one.id},offload,`))?.split(',') ?? []
    expect(overheads.map(Number)).toEqual(
      differencesMs(one, 'offload', 'bypass').map((ms) => Math.round(1000 * ms)),
    )
    expect(overheads).toHaveLength(10)
  }
})

test('both files come back out of the page as they are', () => {
  const { text } = rawSection(data)
  const files = [...text.matchAll(/download="([^"]*)"\s+href="data:text\/csv;charset=utf-8,([^"]*)"/g)].map(
    ([, name, csv = '']) => [name, decodeURIComponent(csv)],
  )
  const { runId } = data.run
  expect(files).toEqual([
    [`${runId}-cases.csv`, casesCsv(data.run)],
    [`${runId}-blocks.csv`, blocksCsv(data.series)],
  ])
})

test('a run without a case that joins has no blocks to give', () => {
  expect(rawSection({ ...data, series: [] }).text).not.toContain('-blocks.csv')
})
