import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { expect, test } from 'vitest'

const launcher = fileURLToPath(new URL('../launcher.mjs', import.meta.url))

test('the article alone: one arm, one row, nothing claimed, and exit code 2 for the rows that are missing', async () => {
  const only = ['--', '-t', 'agent sleeps 0 ms.* 10 requests']
  const { exitCode, stdout } = await execaNode(
    launcher,
    ['bench:sequential', '--seed-exact', '--as-is', ...only],
    {
      reject: false,
      nodeOptions: [],
      env: { NO_COLOR: '1' },
    },
  )
  expect(stdout).toMatch(/^- measured +0 +10 /m)
  expect(stdout).toContain('no bypass arm, so no overhead')
  expect(stdout).toContain('reason: 1 of 15 cases are there')
  expect(exitCode).toBe(2)
})
