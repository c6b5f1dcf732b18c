import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCalibrationFiles } from './files.ts'
import { madeUnit } from './testing.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'calibration-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a session goes on where the last one was broken off', () => {
  openCalibrationFiles(dir).append(madeUnit())
  const files = openCalibrationFiles(dir)
  files.append(madeUnit({ mode: 'as-is' }))
  expect(openCalibrationFiles(dir).lines).toEqual([madeUnit(), madeUnit({ mode: 'as-is' })])
})

test('the blocks of ten twins are kept for each mode', () => {
  const files = openCalibrationFiles(dir)
  for (let twin = 0; twin < 12; twin++) {
    files.keepTwin({ at: '2026-01-01T00:00:00.000Z', mode: 'awake', differencesNs: [twin] })
  }
  files.keepTwin({ at: '2026-01-01T00:00:00.000Z', mode: 'as-is', differencesNs: [12] })
  const kept = openCalibrationFiles(dir).stored.map(({ differencesNs }) => differencesNs[0])
  expect(kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12])
})

test('a line that is no record is named', () => {
  openCalibrationFiles(dir).append(madeUnit())
  appendFileSync(join(dir, 'units.jsonl'), '{"type":"unit"}\n')
  expect(() => openCalibrationFiles(dir)).toThrow(/units\.jsonl, line 2: expected a record of this version/)
})
