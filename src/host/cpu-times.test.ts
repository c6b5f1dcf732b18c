import { expect, test } from 'vitest'
import { parseCpuTimes, readCpuTimes } from './cpu-times.ts'

test('the sum line of /proc/stat, in milliseconds; guest time is part of user time already', () => {
  const stat = 'cpu  100 20 30 4000 50 6 7 80 90 10\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 1\n'
  expect(parseCpuTimes(stat)).toEqual({ busyMs: 1_630, idleMs: 40_500, stealMs: 800, totalMs: 42_930 })
})

test('a kernel too old for steal time tells nothing', () => {
  expect(parseCpuTimes('cpu  100 20 30 4000\n')).toBeNull()
})

test.runIf(process.platform === 'linux')('this machine has parts that make up its total', () => {
  const times = readCpuTimes()!
  expect(times.busyMs + times.idleMs + times.stealMs).toBe(times.totalMs)
  expect(times.totalMs).toBeGreaterThan(0)
})
