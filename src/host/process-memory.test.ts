import { expect, test } from 'vitest'
import { readPeakMemoryBytes } from './process-memory.ts'

test.runIf(process.platform === 'linux')('the peak is no less than what is resident now', () => {
  // The kernel counts resident pages per thread and adds them up late.
  expect(readPeakMemoryBytes(process.pid)).toBeGreaterThan(process.memoryUsage().rss * 0.9)
})

test('no such process: null', () => {
  expect(readPeakMemoryBytes(2 ** 30)).toBeNull()
})
