import { expect, test } from 'vitest'
import { probeTimer } from './timer-probe.ts'

test('the probe brings home a full set of figures in milliseconds and leaves nothing running', async () => {
  const { timeoutLatenessMs, loopbackRoundTripMs, spinNsPerIteration } = await probeTimer()
  // A timer can be early by a millisecond at most; nothing crosses two threads in no time.
  expect(timeoutLatenessMs.median).toBeGreaterThan(-1)
  expect(timeoutLatenessMs.p99).toBeGreaterThanOrEqual(timeoutLatenessMs.median)
  expect(loopbackRoundTripMs.median).toBeGreaterThan(0)
  expect(loopbackRoundTripMs.p99).toBeGreaterThanOrEqual(loopbackRoundTripMs.median)
  expect(spinNsPerIteration).toBeGreaterThan(0)
  expect(process.getActiveResourcesInfo().filter((name) => /TCP|MessagePort/.test(name))).toEqual([])
})
