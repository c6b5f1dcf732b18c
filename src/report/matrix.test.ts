import { expect, test } from 'vitest'
import { axisOf, matrixCases, rowsInOrder } from './matrix.ts'
import { caseResult, syntheticRun } from './testing.ts'

const shown = caseResult({ id: 'shown', isJudged: false, mode: 'as-is', verdict: null })
const judged = caseResult({ id: 'judged' })
const alone = caseResult({ id: 'alone', requests: 500, isJudged: false, verdict: null })
const first = caseResult({ id: 'first', latencyMs: 0, requests: 1000 })

const idsOf = (cases: readonly { id: string }[]): string[] => cases.map(({ id }) => id)

test('a case that is not judged is no cell, wherever it stands', () => {
  expect(idsOf(matrixCases(syntheticRun({ cases: [shown, alone, judged, first] })))).toEqual([
    'first',
    'judged',
  ])
})

test('a run that judges nothing has its cases as cells', () => {
  expect(idsOf(matrixCases(syntheticRun({ cases: [alone, shown] })))).toEqual(['shown', 'alone'])
})

test('as rows, what is shown comes right after the cell that it belongs to', () => {
  const rows = rowsInOrder(syntheticRun({ cases: [shown, alone, judged, first] }))
  expect(idsOf(rows)).toEqual(['first', 'judged', 'shown', 'alone'])
})

test('an axis has each value once, ascending', () => {
  expect(axisOf([judged, shown, alone, first], 'requests')).toEqual([100, 500, 1000])
})
