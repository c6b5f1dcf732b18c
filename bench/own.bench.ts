import { expect, inject, test } from 'vitest'
import { runOwn } from '../src/vitest/own-run.ts'

// What does an agent of yours add to a request? Its own time is not known to us, so it is in the figure.
test('the agent that was named', async ({ signal }) => {
  const { outcome, reasons } = await runOwn(inject('spoeBench'), signal)
  expect({ outcome, reasons }).toEqual({ outcome: 'within', reasons: [] })
})
