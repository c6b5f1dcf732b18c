import { join } from 'node:path'
import { execaNode } from 'execa'
import { expect, test } from 'vitest'
import { root } from './testing/launch.ts'

const launcher = join(root, 'src', 'launcher.mjs')
const runId = `peeked-${process.pid}-${Date.now()}`

test('a run that is looked into shows its arms, says so everywhere, passes no gate and is no forgery', async () => {
  const options = { reject: false, nodeOptions: [] }
  const { exitCode, stdout, stderr } = await execaNode(
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    ['bench', '--run'],
    {
      ...options,
      env: {
        NO_COLOR: '1',
        SPOE_BENCH_SUITE: 'smoke',
        SPOE_BENCH_AS_IS: '1',
        SPOE_BENCH_PEEK: '1',
        SPOE_BENCH_RUN_ID: runId,
      },
    },
  )
  const said = `${stdout}\n${stderr}`.replaceAll(/\s+/g, ' ')
  expect(said).toMatch(/peek at 10ms-12, 3 blocks, medians in ms: bypass [\d.]+, offload [1-9]\d+\./)
  // A fault of a busy machine goes before it.
  expect(said).toMatch(/! (unblinded|invalid) run/)
  expect(said).toMatch(/Expected a valid run, this one is (unblinded|invalid)/)
  expect(said).toContain('warning: unblinded: with --peek')
  expect(exitCode).toBe(1)
  const verified = await execaNode(launcher, ['verify', runId], options)
  expect(said.includes('! invalid') ? 5 : 0).toBe(verified.exitCode)
})
