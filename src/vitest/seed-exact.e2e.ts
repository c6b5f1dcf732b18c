import { expect, test } from 'vitest'
import { launch } from './testing/launch.ts'

test('the article alone: one arm, one row, nothing claimed, and exit code 2 for the rows that are missing', async () => {
  const only = ['--', '-t', 'agent sleeps 0 ms.* 10 requests']
  const { exitCode, stdout } = await launch('bench:sequential', ['--seed-exact', ...only])
  expect(stdout).toMatch(/^- measured +0 +10 /m)
  expect(stdout).toContain('no bypass arm, so no overhead')
  expect(stdout).toContain('reason: 1 of 15 cases are there')
  expect(exitCode).toBe(2)
})
