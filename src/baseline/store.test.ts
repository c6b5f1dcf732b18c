import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addRuns } from './add-runs.ts'
import { fingerprintTable } from './fingerprint.ts'
import { baselinePath, findBaseline, readBaseline, writeBaseline } from './store.ts'
import { baseline, baselineFile, code, fingerprint, storedRun } from './testing.ts'

let dir: string
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'baseline-'))))
afterEach(() => rmSync(dir, { recursive: true }))

const store = (): string => {
  const path = baselinePath(dir, 'matrix', fingerprint)
  writeBaseline(path, baselineFile())
  return path
}

test('what is written is found by its contents, wherever its folder was moved', () => {
  const path = store()
  expect(readBaseline(path)).toEqual(baselineFile())
  expect(findBaseline(dir, 'matrix', fingerprint)).toEqual({ path, file: baselineFile() })
  const moved = join(dir, 'moved', 'matrix.json')
  mkdirSync(dirname(moved))
  writeFileSync(moved, readFileSync(path))
  rmSync(dirname(path), { recursive: true })
  expect(findBaseline(dir, 'matrix', fingerprint).path).toBe(moved)
})

test.for(fingerprintTable.filter(({ rule }) => rule === 'must'))(
  'with another $name nothing is compared, and the field is named',
  ({ name }) => {
    store()
    expect(() => findBaseline(dir, 'matrix', { ...fingerprint, [name]: 'other' })).toThrow(
      expect.objectContaining({
        code: 'not-comparable',
        exitCode: 4,
        message: expect.stringContaining(`${name} was ${String(fingerprint[name]).slice(0, 12)}`),
      }),
    )
  },
)

test('no baseline at all, and one of another suite, are not comparable', () => {
  expect(() => findBaseline(join(dir, 'none'), 'matrix', fingerprint)).toThrow(
    /There is no baseline of the suite matrix/,
  )
  store()
  expect(() => findBaseline(dir, 'smoke', fingerprint)).toThrow(expect.objectContaining({ exitCode: 4 }))
})

test('the nearest one is named', () => {
  store()
  const far = { ...fingerprint, arch: 'arm64', cores: 64 }
  writeBaseline(baselinePath(dir, 'matrix', far), { ...baselineFile(), fingerprint: far })
  expect(() => findBaseline(dir, 'matrix', { ...fingerprint, cores: 4 })).toThrow(
    /cores was 2, here it is 4\./,
  )
})

test('a file that is none of this version is refused, not taken for none', () => {
  const path = store()
  writeFileSync(path, '{"schema":"spoe-bench/baseline/2"}')
  expect(() => findBaseline(dir, 'matrix', fingerprint)).toThrow(
    /matrix\.json is no baseline of this version/,
  )
})

test('what is not written whole leaves the old file, and no draft', () => {
  const path = store()
  const before = readFileSync(path, 'utf8')
  const broken = { ...baselineFile(), baselines: [] }
  expect(() => writeBaseline(path, broken)).toThrow(/baselines/)
  expect(readFileSync(path, 'utf8')).toBe(before)
  // The draft is there already: another process is writing.
  writeFileSync(`${path}.${process.pid}.draft`, 'half')
  expect(() => writeBaseline(path, baselineFile(baseline(), baseline()))).toThrow(/EEXIST/)
  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(readdirSync(dirname(path))).toEqual(['matrix.json'])
})

const addition = {
  runs: [storedRun('new')],
  code,
  commit: null,
  savedAt: '2026-02-01T00:00:00.000Z',
  isNew: false,
}
const kind = { suite: 'matrix', fingerprint }

test('runs are added to the last baseline; --new begins another and keeps the old one', () => {
  expect(addRuns(null, kind, addition).baselines).toMatchObject([
    { savedAt: addition.savedAt, runs: [{ runId: 'new' }] },
  ])
  const added = addRuns(baselineFile(), kind, addition)
  expect(added.baselines.map(({ runs }) => runs.length)).toEqual([6])
  const begun = addRuns(baselineFile(), kind, { ...addition, isNew: true, code: { ...code, hash: 'other' } })
  expect(begun.baselines.map(({ runs }) => runs.length)).toEqual([5, 1])
  expect(begun.baselines[0]).toEqual(baseline())
})

test('a run counts once, and a baseline is of one code', () => {
  const twice = { ...addition, runs: [storedRun('run-3')] }
  expect(() => addRuns(baselineFile(), kind, twice)).toThrow(/run-3 is in the baseline already/)
  expect(() => addRuns(baselineFile(), kind, { ...twice, isNew: true })).toThrow(/already/)
  expect(() =>
    addRuns(baselineFile(), kind, { ...addition, runs: [storedRun('a'), storedRun('a')] }),
  ).toThrow(/already/)
  expect(() => addRuns(baselineFile(), kind, { ...addition, code: { ...code, hash: 'other' } })).toThrow(
    /--new/,
  )
})
