import { expect, test } from 'vitest'
import { hashDesign } from '../record/ledger.ts'
import { hashPlan, type PlanCase } from '../record/plan.ts'
import { analyseRun } from './analyse-run.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { groupByCase } from './case-records.ts'
import { isLookDue, peekAt, unblindedText } from './peek.ts'
import { testPlan } from './testing/test-plan.ts'
import { syntheticRecords } from './testing/synthetic-run.ts'

const blind = testPlan({ agentSleepsMs: [1] })
const peeked = testPlan({ agentSleepsMs: [1], isUnblinded: true })

test('the plan says that it was looked into, and is the same attempt at the same thing', () => {
  expect(hashPlan(peeked)).not.toBe(hashPlan(blind))
  expect(hashDesign(peeked)).toBe(hashDesign(blind))
})

test('a run that is within its margin decides nothing once it was looked into', () => {
  expect(analyseRun(syntheticRecords(blind))).toMatchObject({ outcome: 'within', warnings: [] })
  expect(analyseRun(syntheticRecords(peeked))).toMatchObject({
    outcome: 'unblinded',
    reasons: [unblindedText],
    warnings: [unblindedText],
  })
})

test('one that is not even whole says both', () => {
  const records = syntheticRecords(peeked)
  const killed = { ...records, lines: records.lines.slice(0, -1) }
  expect(analyseRun(killed)).toMatchObject({ outcome: 'incomplete', warnings: [unblindedText] })
})

test('what is shown: the arms by name, four times a case, without the warm-up', () => {
  const planCase = peeked.cases[0] as PlanCase
  const { lines } = syntheticRecords(peeked)
  const { blocks, ports } = groupByCase(lines).get(planCase.id) ?? { blocks: new Map(), ports: [] }
  const allocation = allocateBlocks(peeked, planCase, caseKey(new Uint8Array(32).fill(3), planCase.id))
  const all = [...blocks.values()]
  const shown = all.flatMap((_, index) =>
    isLookDue(planCase, index + 1) ? [peekAt(planCase, allocation, ports, all.slice(0, index + 1))] : [],
  )
  expect(shown).toHaveLength(4)
  expect(shown[0]).toMatch(
    /^peek at 1ms-100, 25 blocks, medians in ms: bypass 0\.5\d\d, offload 1\.8\d\d, placebo 0\.5\d\d$/,
  )
})
