import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { findBrokenLink, hashRow, splitRows } from '../record/chain.ts'
import { commitToRates, hashRatesPlan, type RatesPlan, type RatesRecord } from '../record/rates.ts'
import { readLedger } from '../trial/ledger.ts'
import type { SweepName } from './cells.ts'
import { measureRates } from './measure-rates.ts'
import type { RatesSizes } from './options.ts'
import { verifyRates } from './verify-rates.ts'
import { writeRates } from './write-rates.ts'
import { testHost, testMachine } from '../trial/testing/test-host.ts'

// Whether every request does what its arm says, and the record is bound. How long they take is the bench's affair.

const { ends } = await haproxysAtHand()
const newest = ends.at(-1)!
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

interface Told {
  readonly resultsDir: string
  readonly saved: RatesRecord[]
}

interface MeasureOptions {
  readonly subjects?: readonly HaproxyBinary[]
  readonly onPlan?: (plan: RatesPlan) => void
  readonly onStretch?: () => void
  readonly signal?: AbortSignal
  readonly told?: (told: Told) => void
}

async function measure(changes: Partial<RatesSizes>, options: MeasureOptions = {}): Promise<RatesRecord> {
  const { onPlan = () => {}, onStretch = () => {}, signal = new AbortController().signal, told } = options
  const resultsDir = mkdtempSync(join(tmpdir(), 'rates-'))
  folders.push(resultsDir)
  const saved: RatesRecord[] = []
  told?.({ resultsDir, saved })
  return measureRates({
    runId: 'a-run',
    startedAt: '2026-01-01T00:00:00.000Z',
    resultsDir,
    binaries: options.subjects ?? ends,
    sizes: { rates: [2000, 5000], seconds: 12, rounds: 1, threads: [1], sweep: null, ...changes },
    level: 0.95,
    machine: testMachine(newest),
    host: testHost(newest),
    seed: new Uint8Array(32).fill(1),
    onPlan,
    onCommitment: async () => {},
    onNote: () => {},
    onStretch,
    onRound: (record) => saved.push(record),
    signal,
  })
}

test('a whole run: arms prove themselves, and plan, commitment and chain hold', async () => {
  let told: Told | undefined
  const record = await measure({ rounds: 2 }, { told: (each) => (told = each) })
  const { plan, stretches, steps } = record
  expect(record).toMatchObject({ outcome: 'measured', reasons: [] })
  // Kept and new connections on each release, two rates, two codes, two rounds.
  expect(stretches).toHaveLength(ends.length * 2 * 2 * 2 * 2)
  for (const { bodies, notifies, failures } of stretches) {
    const [[body, count] = []] = Object.entries(bodies)
    expect(Object.keys(bodies)).toHaveLength(1)
    expect(notifies).toBe(body === '50' ? count : 0)
    expect(failures).toEqual({})
  }
  for (const { cpu } of stretches) expect(cpu.busyShare).toBeGreaterThan(0)
  for (const { bypass, offload } of steps) {
    expect(offload.arrivals).toBe(bypass.arrivals)
    expect(bypass.agent ?? 0).toBeLessThanOrEqual(offload.agent ?? 0)
  }
  const kept = stretches.filter(({ cell }) => cell.endsWith('keep-alive'))
  for (const { opened, answered } of kept) expect(opened).toBeLessThan(answered + 17)
  const { resultsDir, saved } = told!
  expect(saved.map(({ stretches: some }) => some.length)).toEqual([stretches.length / 2, stretches.length])
  expect(saved.at(-1)).toMatchObject({ outcome: 'incomplete', seed: null, frozen: null, steps: [] })
  expect(record.planHash).toBe(hashRatesPlan(plan))
  expect(record.commitment).toBe(commitToRates(plan, Buffer.from(record.seed!, 'hex')))
  const ledger = readLedger(resultsDir)
  expect(ledger.lines).toMatchObject([{ commitment: record.commitment }, { reason: 'complete' }])
  const { rows } = splitRows(readFileSync(join(resultsDir, 'a-run', 'stretches.jsonl'), 'utf8'))
  expect(findBrokenLink(rows, hashRow(ledger.rows[0]!))).toBeNull()
  const types = rows.map((row) => (JSON.parse(row) as { type: string }).type)
  expect(types).toEqual(['start', ...stretches.map(() => 'stretch'), 'freeze', 'end'])
  await writeRates(resultsDir, record)
  expectTamperingToShow(join(resultsDir, 'a-run'))
})

/** What was written holds, and no longer once a figure, a line or the seed is another one. */
function expectTamperingToShow(path: string): void {
  const verify = (commitment?: string): string | null =>
    verifyRates(path, { hasLedger: true, commitment }).fault
  expect(verify()).toBeNull()
  expect(verify('0'.repeat(64))).toContain('expected the commitment')
  const tampered: [file: string, change: (text: string) => string, said: string][] = [
    ['rates.json', (text) => text.replace(/"answered":\d+/, '"answered":1'), 'differ, line'],
    ['rates.json', (text) => text.replace(/"answeredPerSecond":/, '$&1'), 'not those of its stretches'],
    ['rates.json', (text) => text.replace(/"seed":"../, '"seed":"00'), 'differ, line'],
    ['plan.json', (text) => text.replace(/"rounds": \d/, '"rounds": 9'), 'not the plan that was hashed'],
    ['stretches.jsonl', (text) => text.split('\n').toSpliced(2, 1).join('\n'), 'line 3'],
    ['rates.txt', (text) => text.replace('0', '1'), 'not the table'],
    ['rates.json', (text) => text.replace('"number":1', '"number":2'), 'counts its attempts'],
  ]
  for (const [file, change, said] of tampered) {
    const whole = readFileSync(join(path, file), 'utf8')
    writeFileSync(join(path, file), change(whole))
    expect(verify(), `${file}: ${said}`).toContain(said)
    writeFileSync(join(path, file), whole)
  }
  expect(verify()).toBeNull()
}

test.for<[SweepName, cells: number]>([
  ['event', 2],
  ['payload', 4],
  ['nbthread', 2],
  ['in-flight', 4],
  ['pipelining', 2],
])('sweep of %s: every cell works, and where releases differ on both', async ([sweep, cells]) => {
  const { outcome, reasons, plan, stretches } = await measure(
    { sweep, rates: [4000], seconds: 1.3 * cells },
    { subjects: ['payload', 'pipelining'].includes(sweep) ? ends : [newest] },
  )
  expect({ outcome, reasons }).toEqual({ outcome: 'measured', reasons: [] })
  expect(stretches).toHaveLength(2 * plan.cells.length)
  for (const { cell, mostInFlight, notifies, notifyBytes } of stretches) {
    const { maxInFlight, headerBytes } = plan.cells.find(({ id }) => id === cell)!
    expect(mostInFlight).toBeLessThanOrEqual(maxInFlight)
    // The headers came to the agent whole, and nothing of that size where there are none.
    const payload = notifyBytes >= headerBytes && notifyBytes < headerBytes + 200
    expect({ cell, payload }).toEqual({ cell, payload: notifies > 0 || headerBytes === 0 })
  }
})

test('rates are found by asking for more than is taken', async () => {
  const abort = new AbortController()
  const plans: RatesPlan[] = []
  const onPlan = (plan: RatesPlan): void => {
    plans.push(plan)
    abort.abort()
  }
  const sizes = { rates: null, seconds: 300 }
  // While HAProxy boots it is that which is cancelled.
  await expect(measure(sizes, { subjects: [newest], onPlan, signal: abort.signal })).rejects.toThrow(
    /interrupted|cancelled/,
  )
  expect(plans[0]?.cells).toHaveLength(2)
  for (const { capacity, rates } of plans[0]!.cells) {
    expect(capacity).toBeGreaterThan(100)
    expect(rates[0]).toBeLessThan(capacity! / 5)
    expect(rates.at(-1)).toBeGreaterThan(capacity!)
  }
})

test('interrupted: it ends at once, the ledger says so, and what is there holds', async () => {
  const abort = new AbortController()
  let told: Told | undefined
  const measuring = measure(
    {},
    { onStretch: () => abort.abort(), signal: abort.signal, told: (each) => (told = each) },
  )
  await expect(measuring).rejects.toThrow('interrupted')
  expect(readLedger(told!.resultsDir).lines).toMatchObject([
    { type: 'commitment' },
    { reason: 'interrupted' },
  ])
  const verified = verifyRates(join(told!.resultsDir, 'a-run'), { hasLedger: true })
  expect(verified).toMatchObject({ fault: null, isEarly: true, outcome: 'incomplete' })
  expect(verified.notes[0]).toContain('it was interrupted or a case failed: 1 of')
})
