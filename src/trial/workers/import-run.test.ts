import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Exchange } from '../../record/samples.ts'
import { readLedger } from '../ledger.ts'
import { checkOwnLines, checkWholeLedger } from '../replay-ledger.ts'
import { replayRecords } from '../replay.ts'
import { readRunFolder } from '../run-folder.ts'
import { type Forge, holdRun } from '../testing/held-run.ts'
import { testPlan } from '../testing/test-plan.ts'
import { importRun } from './import-run.ts'

const plan = testPlan({ agentSleepsMs: [0], requests: [4], workers: { count: 2, host: '127.0.0.1' } })

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'spoe-import-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** What `verify --ledger` looks at, apart from reports. */
function faultOf(path: string): string | null {
  const records = readRunFolder(path)
  const own = readLedger(path)
  const last = readFileSync(join(path, 'samples.jsonl'), 'utf8').trimEnd().split('\n').at(-1) ?? ''
  return (
    replayRecords(records).fault ??
    checkOwnLines(records, own, last) ??
    checkWholeLedger(readLedger(folder), own)
  )
}

/** Every file that an import writes, in the order in which it comes to its end. */
const written = [join('a-run', 'samples.jsonl'), 'ledger.jsonl', join('a-run', 'ledger.jsonl')]

test('an import that was killed at any point is done again, and comes to the same bytes', () => {
  const { path, files } = holdRun(folder, plan)
  const sealed = join(path, 'sealed.json')
  const readAll = (): Buffer[] => written.map((file) => readFileSync(join(folder, file)))
  const secret = readFileSync(sealed)
  const before = readAll()
  importRun(path, files)
  expect(existsSync(sealed)).toBe(false)
  expect(faultOf(path)).toBeNull()
  const whole = readAll()

  for (const [index, bytes] of whole.entries()) {
    const from = before[index]?.length ?? 0
    const lines = [...bytes.toString('latin1').matchAll(/\n/g)].map((match) => match.index + 1)
    const cuts = [from + 1, Math.floor((from + bytes.length) / 2), bytes.length - 1]
    for (const cut of new Set([...cuts, ...lines.slice(0, 3), ...lines.slice(-3)])) {
      if (cut < from) continue
      // This file is cut, those that come to their end before it are whole, the others as they were.
      for (const [other, file] of written.entries()) {
        const kept = other < index ? whole[other] : other > index ? before[other] : bytes.subarray(0, cut)
        writeFileSync(join(folder, file), kept ?? '')
      }
      writeFileSync(sealed, secret)
      importRun(path, files)
      expect(existsSync(sealed)).toBe(false)
      const isAlike = readAll().map((one, other) => one.equals(whole[other] ?? Buffer.alloc(0)))
      expect(isAlike, `${written[index]} cut at ${cut}`).toEqual([true, true, true])
    }
  }
})

/** Whoever has the share can write a chain of his own over other times. */
function forging(change: (exchange: Exchange) => Exchange): Forge {
  return (lines) =>
    lines.map((line) => (line.type === 'block' ? { ...line, exchanges: line.exchanges.map(change) } : line))
}

test('a response before the agent was done is a fault of the run', () => {
  const slept = testPlan({ agentSleepsMs: [10], requests: [4], workers: { count: 1, host: '127.0.0.1' } })
  const { path, files } = holdRun(
    folder,
    slept,
    forging(([port, source, intended, start, , fault]) => [port, source, intended, start, start, fault]),
  )
  importRun(path, files)
  expect(faultOf(path)).toMatch(/so the run is invalid: request \d+ took 0 ms, less than the 10\.1 ms/)
})

test('a request that took longer than its deadline, and is said to be sound, is not taken in', () => {
  const longNs = 1_000_000 * (plan.requestDeadlineMs + 1_001)
  const late = (fault: string | null): Forge =>
    forging(([port, source, intended, start]) => [port, source, intended, start, start + longNs, fault])
  const { path, files } = holdRun(folder, plan, late(null))
  expect(() => importRun(path, files)).toThrow(/took longer than its deadline/)
  rmSync(path, { recursive: true })
  const failed = holdRun(folder, plan, late('no response within 30000 ms'))
  importRun(failed.path, failed.files)
  expect(faultOf(failed.path)).toMatch(/request 0: no response within/)
})
