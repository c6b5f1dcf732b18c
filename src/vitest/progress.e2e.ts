import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { planSchema } from '../record/plan.ts'
import { launch, root } from './testing/launch.ts'
import { createScreen } from './testing/screen.ts'

// What a whole command prints, into a pipe and on a terminal; nothing about time is asserted.

const smoke = (env: Record<string, string | undefined>): ReturnType<typeof launch> =>
  launch('bench:smoke', [], { CI: undefined, ...env })

function plannedBlocks(runId: string): number[] {
  const { cases } = planSchema.parse(
    JSON.parse(readFileSync(join(root, 'results', runId, 'plan.json'), 'utf8')),
  )
  return cases.map(({ warmUpBlocks, requests }) => warmUpBlocks + requests)
}

test('the blocks that a run tells of are those of its plan, in plain lines and without a control character', async () => {
  const runId = `told-${process.pid}-${Date.now()}`
  const { stderr, stdout } = await smoke({
    SPOE_BENCH_RUN_ID: runId,
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
  })
  const planned = plannedBlocks(runId)
  const sum = planned.reduce((total, one) => total + one, 0)
  const line =
    /^case (\d)\/3 {2}\d+ ms × 12 {2}(\d+) of (\d+) blocks, (\d+) of (\d+) in all {2}.* left {2}[✓!·] /gm
  const told = [...String(stderr).matchAll(line)].map((found) => found.slice(1).map(Number))
  const starts = told.filter(([, done]) => done === 1)
  expect(starts.map(([index, , blocks]) => [index, blocks])).toEqual(
    planned.map((blocks, index) => [index + 1, blocks]),
  )
  for (const [index = 0, done = 0, , all, total] of told) {
    const before = planned.slice(0, index - 1).reduce((blocks, one) => blocks + one, 0)
    expect([all, total]).toEqual([before + done, sum])
  }
  expect(told.at(-1)).toEqual([3, planned[2], planned[2], sum, sum])
  // oxlint-disable-next-line no-control-regex -- that there are none is the point
  expect(`${stderr}${stdout}`).not.toMatch(/[\u0000-\u0008\u000B-\u001F]/)
})

test('FORCE_COLOR colours a pipe and moves no cursor in it', async () => {
  const { stderr, stdout } = await smoke({ NO_COLOR: undefined, FORCE_COLOR: '1' })
  const text = `${stderr}${stdout}`.replaceAll('\u001B', '§')
  expect(text).toMatch(/§\[\d+m/)
  expect(text.replaceAll(/§\[[\d;]*m/g, '')).not.toMatch(/§|\r/)
})

describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal (skipped where there is no script(1))', () => {
  test.for([
    [undefined, /§\[32m✓/],
    ['1', /^[^§]*(?:§\[[?\d]*[KhlAJ][^§]*)*$/],
  ] as const)(
    'NO_COLOR=%s: the line is drawn over and over, and mixes with nothing',
    async ([noColor, look]) => {
      const command = `stty cols 100; exec '${process.execPath}' src/launcher.mjs bench:smoke --as-is`
      const { stdout: raw } = await execa('script', ['-qefc', command, '/dev/null'], {
        cwd: root,
        reject: false,
        stdin: 'ignore',
        env: {
          NO_COLOR: noColor,
          FORCE_COLOR: undefined,
          CI: undefined,
          TERM: 'xterm-256color',
          SHELL: '/bin/sh',
          NODE_OPTIONS: '',
        },
      })
      const screen = createScreen(100)
      screen.stream().write(raw)
      const rows = screen.rows()
      const drawn = raw.match(/\rcase \d\/3/g) ?? []
      expect(drawn.length).toBeGreaterThan(3)
      // Every case told its end above the line, and nothing of the line was left behind.
      expect(rows.filter((row) => /case \d\/3/.test(row))).toEqual([])
      expect(rows.filter((row) => row.endsWith('provisional'))).toHaveLength(3)
      expect(rows.filter((row) => /^ *Tests /.test(row))).toHaveLength(1)
      expect(raw.replaceAll('\u001B', '§')).toMatch(look)
    },
  )
})
