import { expect, test } from 'vitest'
import type { RoundShift } from '../record/rates.ts'
import { findKnee } from './knee.ts'
import { makeStep, testCell, testPlan } from './testing.ts'

const median = (lower: number, upper: number): RoundShift => ({
  estimate: (lower + upper) / 2,
  lower,
  upper,
  count: 6,
})
const idle = makeStep(1000, {})

test('answers that do not keep up end it, and what is full is named', () => {
  const over = makeStep(12_000, { answeredShare: 0.8, haproxyThread: 0.98, saturated: 'HAProxy thread' })
  const knee = findKnee(testPlan, testCell, 'offload', [idle, makeStep(5000, {}), over])
  expect(knee).toMatchObject({
    holdsTo: 5000,
    overFrom: 12_000,
    endedBy: 'knee',
    saturated: 'HAProxy thread',
  })
  expect(knee.words).toContain(
    'holds 5000 requests/s and not 12000 requests/s: the HAProxy thread is what is full',
  )
  expect(knee.words).toContain('98 % of a core')
})

test('where nothing of ours is full, other work on the machine may be why', () => {
  const over = (others: number | null): string =>
    findKnee(testPlan, testCell, 'offload', [idle, makeStep(12_000, { answeredShare: 0.8, others })]).words
  expect(over(0.3)).toContain('nothing of ours is full')
  expect(over(0.3)).toContain('other work took 30 % of the machine')
  expect(over(0.05)).not.toContain('other work')
  expect(over(null)).not.toContain('other work')
})

test('so does a median that is certainly twice that of the lowest rate, though answers keep up', () => {
  const over = makeStep(12_000, { medianMs: median(0.61, 0.9) })
  expect(findKnee(testPlan, testCell, 'offload', [idle, over])).toMatchObject({
    holdsTo: 1000,
    overFrom: 12_000,
  })
})

test('a median that may be twice as high or not is doubt: the steps above are not held by it', () => {
  const doubt = makeStep(5000, { medianMs: median(0.55, 0.65) })
  expect(findKnee(testPlan, testCell, 'offload', [idle, doubt, makeStep(12_000, {})])).toMatchObject({
    holdsTo: 1000,
    overFrom: null,
    endedBy: 'doubt',
  })
})

test.for([
  [
    1,
    'offload, HAProxy 3.4.7, keep-alive: one round is too few to say what it holds: an interval at 95 % takes 6',
  ],
  [5, '5 rounds are too few to say what it holds'],
] as const)('%i rounds claim nothing, whatever they look like', ([rounds, said]) => {
  const plan = { ...testPlan, rounds }
  const few = { estimate: 0.3, lower: null, upper: null, count: rounds }
  const steps = [
    makeStep(1000, { medianMs: few }),
    makeStep(5000, { medianMs: few }),
    makeStep(12_000, { answeredShare: 0.5, medianMs: { ...few, estimate: 90 } }),
  ]
  const knee = findKnee(plan, testCell, 'offload', steps)
  expect(knee).toMatchObject({ holdsTo: null, overFrom: null, endedBy: 'doubt' })
  expect(knee.words).toContain(said)
})

test('what is not held by the lowest rate is not said to be held', () => {
  const over = makeStep(1000, { answeredShare: 0.8 })
  expect(findKnee(testPlan, testCell, 'offload', [over]).words).toContain('does not hold 1000 requests/s:')
  const ours = findKnee(testPlan, testCell, 'offload', [makeStep(1000, { isOurs: true, lateShare: 0.3 })])
  expect(ours.words).toMatch(/keep-alive: from 1000 requests\/s on our own generator may be/)
  const wide = makeStep(1000, { medianMs: { estimate: 0.3, lower: 0.1, upper: 0.9, count: 6 } })
  expect(findKnee(testPlan, testCell, 'offload', [wide, makeStep(5000, {})]).words).toContain(
    'keep-alive: the rounds differ too much to say what it holds',
  )
})

test('where our own generator falls behind nothing is claimed, however bad it looks', () => {
  const ours = makeStep(12_000, { answeredShare: 0.5, isOurs: true, saturated: 'client', lateShare: 0.3 })
  const knee = findKnee(testPlan, testCell, 'offload', [idle, makeStep(5000, {}), ours])
  expect(knee).toMatchObject({ holdsTo: 5000, overFrom: null, endedBy: 'client', saturated: null })
  expect(knee.words).toContain('nothing is claimed')
  expect(findKnee(testPlan, testCell, 'bypass', [idle, makeStep(5000, {}), ours])).toMatchObject({
    endedBy: 'steps',
  })
})

test('a machine that is full is named, and what of it is first is not', () => {
  const full = makeStep(12_000, { answeredShare: 0.5, isOurs: true, saturated: 'machine', machine: 0.97 })
  const knee = findKnee(testPlan, testCell, 'offload', [idle, full])
  expect(knee).toMatchObject({ holdsTo: 1000, overFrom: null, endedBy: 'client', saturated: null })
  expect(knee.words).toContain('the machine that HAProxy, agent and client share is full (97 % of all cores)')
})

test('what is not known is not said to have room', () => {
  const over = makeStep(12_000, { answeredShare: 0.8, haproxyThread: null, machine: null })
  const { words } = findKnee(testPlan, testCell, 'offload', [idle, over])
  expect(words).toContain("nothing that is known is full (HAProxy's busiest thread not known;")
  expect(words).toContain('the machine not known)')
})

test('steps that all hold leave the end open', () => {
  expect(findKnee(testPlan, testCell, 'offload', [idle, makeStep(5000, {})])).toMatchObject({
    holdsTo: 5000,
    endedBy: 'steps',
  })
  expect(findKnee(testPlan, testCell, 'offload', [])).toMatchObject({ holdsTo: null, endedBy: 'steps' })
})
