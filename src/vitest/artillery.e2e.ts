import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaNode } from 'execa'
import { afterAll, expect, test } from 'vitest'
import type { Run } from '../record/run.ts'
import { expectHolds, startExport } from './testing/export.ts'
import { root } from './testing/launch.ts'

/** 460 MB in 461 packages, so it is fetched where somebody asks for it, and no dependency. */
const version = '2.0.34'
const cache = join(root, '.cache', 'artillery')
const artillery = join(cache, 'node_modules', 'artillery', 'bin', 'run')
const folder = mkdtempSync(join(tmpdir(), 'spoe-artillery-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function install(): Promise<void> {
  if (existsSync(artillery)) return
  // Its install scripts fetch browsers.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save']
  await execa('npm', ['install', '--prefix', cache, ...flags, `artillery@${version}`])
}

test.skipIf(process.env['SPOE_BENCH_ARTILLERY'] !== '1')(
  'three local Artillery processes send one plan, and what they recorded is a run that verify accepts',
  { timeout: 10 * 60_000 },
  async () => {
    await install()
    const held = await startExport(join(folder, 'out'), ['--workers', '3', '--blocks', '150'])
    const workers = await Promise.all(
      ['1', '2', '3'].map((share) =>
        execa(process.execPath, [artillery, 'run', join(held.folder, 'script.yml')], {
          reject: false,
          env: {
            SPOE_BENCH_SHARE: share,
            SPOE_BENCH_RECORDS: folder,
            ARTILLERY_DISABLE_TELEMETRY: 'true',
            NODE_OPTIONS: '',
          },
        }),
      ),
    )
    for (const { exitCode, stdout } of workers) {
      expect(stdout).toMatch(/^spoe_bench\.requests: \.+ 210$/m)
      expect(exitCode).toBe(0)
    }
    expect((await held.process).exitCode).toBe(0)
    const launcher = join(root, 'src', 'launcher.mjs')
    const options = { reject: false, nodeOptions: [] } as const
    const records = [1, 2, 3].map((share) => join(folder, `records-${share}.jsonl`))
    const imported = await execaNode(launcher, ['import', held.path, ...records], options)
    expect(imported.stderr).toBe('')
    expect(imported.exitCode).toBeOneOf([0, 1, 3, 5])
    const run = JSON.parse(readFileSync(join(held.path, 'run.json'), 'utf8')) as Run
    expect(run.cases.map(({ faults }) => faults)).toEqual([[], [], []])
    expectHolds(await execaNode(launcher, ['verify', '--ledger', held.path], options), run)
  },
)
