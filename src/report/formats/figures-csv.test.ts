import { expect, test } from 'vitest'
import { caseResult, effect, latencyResult, syntheticRun } from '../testing.ts'
import { syntheticGate } from '../testing/gates.ts'
import { renderFiguresCsv } from './figures-csv.ts'

/** RFC 4180, character by character: shares nothing with the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [['']]
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const row = rows.at(-1) as string[]
    const character = text.charAt(at)
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      row.push(`${row.pop()}"`)
      at++
    } else if (character === '"') isQuoted = !isQuoted
    else if (character === ',' && !isQuoted) row.push('')
    else if (character === '\n' && !isQuoted) rows.push([''])
    else row.push(`${row.pop()}${character}`)
  }
  expect(isQuoted).toBe(false)
  expect(rows.pop()).toEqual([''])
  return rows
}

function records(text: string): Record<string, string>[] {
  const [heading = [], ...rows] = parseCsv(text)
  return rows.map((row) => {
    expect(row).toHaveLength(heading.length)
    return Object.fromEntries(row.map((field, index) => [heading[index] ?? '', field]))
  })
}

/** Every figure of a result by its path, as JSON has it. */
function figuresOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) =>
    figuresOf(inner, path === '' ? name : `${path}.${name}`),
  )
}

test.for([
  ['a run', syntheticRun()],
  ['a gate', syntheticGate()],
] as const)(
  '%s: a row for every case and every latency, with every figure that run.json has of it',
  ([, run]) => {
    const latencies: readonly object[] = (run.gate ?? run).latencies
    const rows = records(renderFiguresCsv(run))
    expect(rows.map(({ row }) => row)).toEqual([
      ...run.cases.map(() => 'case'),
      ...latencies.map(() => 'latency'),
    ])
    const wanted = [
      ...run.cases.map((result) => ({ result, row: rows.find(({ id }) => id === result.id) })),
      ...latencies.map((result, index) => ({ result, row: rows[run.cases.length + index] })),
    ]
    for (const { result, row } of wanted) {
      for (const [path, figure] of figuresOf(result, '')) {
        if (Array.isArray(figure) || figure === null) continue
        expect([path, row?.[path]]).toEqual([path, `${figure as number}`])
      }
    }
    expect(rows[0]).toMatchObject({ runId: run.runId, outcome: 'within', haproxy: '3.2.4' })
  },
)

test('what a round found stands in the row of its latency', () => {
  const row = records(renderFiguresCsv(syntheticGate())).at(-1)
  expect(row?.['roundsMs']?.split('; ')).toHaveLength(8)
  expect(row).toMatchObject({ 'overRoundsMs.bounds.upper': '0.0047', 'differenceMs.estimate': '0.003' })
})

test('what was not measured is empty, and the columns are the same for every run', () => {
  const whole = renderFiguresCsv(syntheticRun())
  const poor = renderFiguresCsv(
    syntheticRun({ cases: [caseResult({ arms: {}, overheadMs: null })], latencies: [] }),
  )
  expect(poor.split('\n')[0]).toBe(whole.split('\n')[0])
  expect(records(poor)[0]).toMatchObject({ 'arms.bypass.mean': '', 'overheadMs.estimate': '' })
})

test('quotes, commas and line feeds come back', () => {
  const warnings = ['a "word", and more', 'two\nlines']
  const fault = { kind: 'join', count: 2, first: 'port 1, port 2' }
  const run = syntheticRun({ cases: [caseResult({ warnings, faults: [fault] })] })
  expect(records(renderFiguresCsv(run))[0]).toMatchObject({
    warnings: 'a "word", and more; two\nlines',
    faults: 'join x 2, first: port 1, port 2',
  })
})

test('too few samples: no number, and not the word null', () => {
  const run = syntheticRun({ latencies: [latencyResult({ overheadMs: effect(0.2, null) })] })
  const row = records(renderFiguresCsv(run)).at(-1)
  expect(row).toMatchObject({ 'overheadMs.estimate': '0.2', 'overheadMs.lower': '' })
})
