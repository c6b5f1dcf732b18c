import { describe, expect, test } from 'vitest'
import type { OutageArmName } from '../haproxy/outage-config.ts'
import type { Fate } from '../record/outage.ts'
import type { Prediction } from '../record/outage-plan.ts'
import { computeCodeFigures, type RowTimes } from './figures.ts'
import { type ArmFigures, judgeArm } from './judge.ts'
import { type Behaviour, outageTimes, requestsOf } from './testing.ts'

const prediction: Prediction = { checked: 'none', wait: 'processing timeout', error: 1, recoveryMs: 400 }

function figuresOf(behaviour: Behaviour, timeoutMs: number, times: RowTimes = outageTimes): ArmFigures {
  const [, own] = computeCodeFigures(requestsOf(behaviour), 2, times, 0.95)
  return { ...own!, addedMs: own!.addedMs[0]!, timeoutMs }
}

function judged(
  arm: OutageArmName,
  changes: Partial<Behaviour>,
  predicted: Partial<Prediction> = {},
): string[] {
  const timeoutMs = arm === 'pass' ? 300 : 100
  const fates = [arm === 'pass' ? 'unchecked' : 'rejected'] as const
  const behaviour = { fates, waitMs: timeoutMs, error: 1, lingerMs: 0, ...changes }
  return judgeArm(arm, figuresOf(behaviour, timeoutMs), { ...prediction, ...predicted })
}

describe('as predicted', () => {
  test.for(['pass', 'deny-on-error', 'deny-without-verdict'] as const)('%s', (arm) => {
    expect(judged(arm, {})).toEqual([])
    expect(judged(arm, { waitMs: 0 }, { wait: 'none' })).toEqual([])
  })

  test('an agent that answers every second message', () => {
    expect(judged('pass', { fates: ['checked', 'unchecked'] }, { checked: 'half' })).toEqual([])
  })

  test('where HAProxy notices no error, the rule that waits for one lets all pass', () => {
    const silent = { fates: ['unchecked'], error: null } as const
    expect(judged('deny-on-error', silent, { error: null })).toEqual([])
    expect(judged('deny-without-verdict', silent, { error: null })).not.toEqual([])
  })
})

describe('not as predicted', () => {
  test.for([
    ['pass', { fates: ['checked'] }, 'predicted: none checked'],
    ['pass', { error: 257 }, 'set-on-error said {"257":61} of 61; predicted: 1'],
    ['pass', { error: null }, 'set-on-error said {} of 61; predicted: 1'],
    ['pass', { waitMs: 0 }, '0.0 ms more than bypass; predicted: 298 to 320 ms'],
    ['pass', { waitMs: 330 }, '330.0 ms more than bypass'],
    ['pass', { lingerMs: 395 }, 'verdicts again after 399 ms; predicted: within 300 ms'],
    ['pass', { lingerMs: 450 }, 'verdicts again after the end of the cell'],
    ['deny-on-error', { fates: ['unchecked'] }, '91 requests passed unchecked'],
    ['deny-on-error', { fates: ['failed'] }, '91 requests came to another end'],
  ] as const)('%s, %o', ([arm, changes, sentence]) => {
    const recoveryMs = 'lingerMs' in changes ? 300 : 400
    expect(judged(arm, changes, { recoveryMs })).toEqual(
      expect.arrayContaining([expect.stringContaining(sentence)]),
    )
  })

  test('one request in a hundred that slips through a closed hole', () => {
    const fates = Array.from({ length: 100 }, (_, index): Fate => (index === 50 ? 'unchecked' : 'rejected'))
    expect(judged('deny-without-verdict', { fates })).toContain('1 requests passed unchecked')
  })

  test('an agent that was never well', () => {
    const times = { ...outageTimes, failing: { fromNs: 1e9, toNs: 1e9 } }
    const behaviour = { fates: ['unchecked'], waitMs: 300, error: 1, lingerMs: 0 } as const
    expect(judgeArm('pass', figuresOf(behaviour, 300, times), prediction)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^before: 10 checked, \d+ unchecked/)]),
    )
  })
})
