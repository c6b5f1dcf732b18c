import { expect, test } from 'vitest'
import { outageRun } from '../src/vitest/outage-run.ts'

// When the agent fails: how long requests wait, how many pass unchecked, how long until it is over, and which
// timeout, option and rule close the hole. Every row as it is and with the hole closed, in the same blocks.
const run = outageRun({
  intervalMs: 3,
  beforeMs: 300,
  outageMs: 1200,
  afterMs: 800,
  lateMs: 400,
  level: 0.95,
})

test.for(run.rows)('HAProxy $version, agent $outage: as predicted', async (row, context) => {
  expect(await run.measure(row, context)).toEqual([])
})
