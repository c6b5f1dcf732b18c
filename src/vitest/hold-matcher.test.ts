import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { baselinePath, writeBaseline } from '../baseline/store.ts'
import { baseline, baselineFile, bypass, fingerprint, host, measured } from '../baseline/testing.ts'
import { caseResult, effect, latencyResult } from '../report/testing.ts'
import { holdBaseline } from './hold-matcher.ts'

const held = { baseline: baseline(), marginMs: 0.1 }
const found = (estimate: number): ReturnType<typeof latencyResult> =>
  latencyResult({ latencyMs: 10, overheadMs: effect(estimate, 0.01), arms: { bypass: bypass() } })

// Five runs 0.19 ... 0.21, as in src/baseline/compare-run.test.ts.
test('passes on within, and only then', () => {
  expect(found(0.2)).toHoldAgainst(held)
  expect(found(0.2815)).toHoldAgainst(held)
  expect(() => expect(found(0.2816)).toHoldAgainst(held)).toThrow(/: inconclusive\./)
  expect(() => expect(found(0.3398)).toHoldAgainst(held)).toThrow(/: inconclusive\./)
  expect(() => expect(found(0.3399)).toHoldAgainst(held)).toThrow(/: exceeds\./)
})

test('a failure says the figure, where a new run would lie, of how many runs, and what to do', () => {
  expect(() => expect(found(0.4)).toHoldAgainst(held)).toThrow(
    `expected the overhead at the agent's 10 ms to be no more than 0.1 ms above the baseline: exceeds.
  overhead 0.400 ms; 5 runs of the baseline, at the speed of the machine in this run: mean 0.200 ms, a new one 0.176 ms to 0.224 ms (95 %).
  It got slower: find out which change did it`,
  )
  expect(() => expect(found(0.2)).toHoldAgainst({ ...held, marginMs: 0.015 })).toThrow(
    /add runs to the baseline/,
  )
  expect(() => expect(found(0.2)).toHoldAgainst({ ...held, marginMs: 0.005 })).toThrow(
    /keep the machine awake and quiet, or allow 0\.03 ms/,
  )
})

test('.not throws, and so does what is no latency or no baseline', () => {
  expect(() => expect(found(0.4)).not.toHoldAgainst(held)).toThrow(/has no \.not/)
  expect(() => expect(caseResult()).toHoldAgainst(held)).toThrow(/one case alone/)
  expect(() => expect(0.2).toHoldAgainst(held)).toThrow(/got number/)
  expect(() => expect(found(0.2)).toHoldAgainst({ ...held, marginMs: 0 })).toThrow(/expects the baseline/)
})

test('no verdict is no pass', () => {
  const faulty = { ...found(0.2), verdict: null, warnings: ['no verdict: 10ms-10 had faults'] }
  expect(() => expect(faulty).toHoldAgainst(held)).toThrow(/no verdict there\.\n {2}no verdict: 10ms-10/)
})

const dir = mkdtempSync(join(tmpdir(), 'held-'))
afterAll(() => rmSync(dir, { recursive: true }))

test('the baseline of this machine and plan is found, another one refused by the name of the field', () => {
  const request = { suite: 'matrix', slowerByAtMost: { ms: 0.1 }, dir }
  expect(() => holdBaseline(request, measured)).toThrow(/There is no baseline/)
  writeBaseline(baselinePath(dir, 'matrix', fingerprint), baselineFile())
  expect(holdBaseline(request, measured)).toEqual(held)
  expect(() => holdBaseline(request, { ...measured, host: { ...host, node: 'v22.0.0' } })).toThrow(
    /nodeMajor was 24, here it is 22/,
  )
  const few = baseline({ runs: baseline().runs.slice(0, 4) })
  writeBaseline(baselinePath(dir, 'matrix', fingerprint), baselineFile(few))
  expect(() => holdBaseline(request, measured)).toThrow(/holds 4 of the 5 runs/)
})
