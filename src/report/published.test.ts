import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { trueAverages } from '../record/published-average.ts'
import { findPublished, parsePublished } from './published.ts'

const published = parsePublished(
  readFileSync(new URL('../../fixtures/published.json', import.meta.url), 'utf8'),
)
const latencies = [0, 1, 10, 100, 1000]
const requestCounts = [10, 100, 1000]

test('the fixture has the fifteen cells in the order in which they were printed', () => {
  expect(published.rows.map((row) => [row.latencyMs, row.requests])).toEqual(
    latencies.flatMap((latencyMs) => requestCounts.map((requests) => [latencyMs, requests])),
  )
})

test('a number is what its string says', () => {
  for (const row of published.rows) expect(row.printedMs.toFixed(6)).toBe(row.printed)
})

test.for(latencies)('%i ms: the true means are the printed figures worked back', (latencyMs) => {
  const rows = published.rows.filter((row) => row.latencyMs === latencyMs)
  const trueMeans = trueAverages(
    rows.map((row) => row.printedMs),
    rows.map((row) => row.requests),
  )
  rows.forEach((row, index) => {
    expect(row.trueMeanMs).toBeCloseTo(trueMeans[index] ?? Number.NaN, 9)
    const previous = rows[index - 1]
    expect(row.formula).toBe(
      previous === undefined
        ? String(row.printedMs)
        : `${row.printedMs} - ${previous.printedMs} / ${row.requests}`,
    )
  })
})

test('worked back, every row is a whole number of milliseconds in all: the formula is the right one', () => {
  for (const row of published.rows) {
    expect(row.trueMeanMs * row.requests).toBeCloseTo(row.sumMs, 6)
  }
})

test('the CSV differs from the log in one cell, and a note says so', () => {
  const different = published.csv.flatMap((line) => {
    const [latency, ...averages] = line.split(', ')
    return averages.flatMap((printed, index) => {
      const row = findPublished(published, {
        latencyMs: Number(latency),
        requests: requestCounts[index] ?? 0,
      })
      return row?.printed === printed ? [] : [{ row, printed }]
    })
  })
  const note = published.notes.find(({ kind }) => kind === 'csv-differs')
  expect(different).toHaveLength(1)
  expect(different[0]?.row).toMatchObject({ latencyMs: note?.latencyMs, requests: note?.requests[0] })
  expect(note?.text).toContain(different[0]?.printed)
  expect(note?.text).toContain(different[0]?.row?.printed)
  // With the CSV's figure the row would not come back to whole milliseconds.
  expect((Number(different[0]?.printed) - 11.9 / 100) * 100).toBeCloseTo(1181.7869, 6)
})

test('a note calls the row of 0 ms an artefact: nine milliseconds in 1,110 requests', () => {
  const note = published.notes.find(({ kind }) => kind === 'artefact')
  const rows = published.rows.filter((row) => row.latencyMs === note?.latencyMs)
  expect(note?.requests).toEqual(rows.map((row) => row.requests))
  expect(rows.reduce((sum, row) => sum + row.sumMs, 0)).toBe(9)
  for (const row of rows) expect(note?.text).toContain(String(row.sumMs))
})

test('a cell that the article does not have is not found', () => {
  expect(findPublished(published, { latencyMs: 5, requests: 10 })).toBeUndefined()
})

test('a file with a misspelt name is refused', () => {
  expect(() => parsePublished(JSON.stringify({ ...published, csvs: [] }))).toThrow('csvs')
})
