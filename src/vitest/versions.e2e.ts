import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { releaseName } from '../haproxy/binary.ts'
import { haproxysAtHand, isProcessAlive } from '../haproxy/testing.ts'
import { versionsSchema } from '../record/versions.ts'
import { familyOf, foldersOf, launch, root } from './testing/launch.ts'

const { binaries } = await haproxysAtHand()
const [oldest, newest] = [binaries[0]!, binaries.at(-1)!]

const benchVersions = (...flags: readonly string[]): ReturnType<typeof launch> =>
  launch('bench:versions', flags)

function recordOf(stdout: string): string {
  return join(root, /results\/[^ ]+\/versions\.json/.exec(stdout)?.[0] ?? 'no-record')
}

test.for([
  [['--releases', 'newest'], '--releases to be a list such as 3.2,3.4, got "newest"'],
  [['--nbthread', '0'], '--nbthread to be a list such as 1,2, got "0"'],
  [['--haproxy-bin', '/bin/true'], "expected /bin/true -vv to print HAProxy's version"],
] as const)('%j: one sentence and exit code 2', async ([flags, sentence]) => {
  const { exitCode, stderr } = await benchVersions(...flags)
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(sentence)])
  expect(exitCode).toBe(2)
})

test('binaries by name beside a release; the record says how it ended, and so does the exit code', async () => {
  const haproxys = ['--releases', releaseName(newest.release), '--haproxy-bin', oldest.path]
  const sizes = ['--sleeps', '1', '--blocks', '8', '--rounds', '1']
  const { exitCode, stdout } = await benchVersions(...haproxys, '--haproxy-bin', oldest.path, ...sizes)
  const { outcome, subjects } = versionsSchema.parse(JSON.parse(readFileSync(recordOf(stdout), 'utf8')))
  const release = newest === oldest ? [] : [[newest.version, 'download']]
  expect(subjects.slice(0, -1).map(({ name, source }) => [name, source])).toEqual([
    [oldest.version, 'HAPROXY_BIN'],
    [`${oldest.version} #2`, 'HAPROXY_BIN'],
    ...release.map(([name]) => [name, newest.source]),
  ])
  // A busy machine may start requests late, which is no fault of this.
  expect({ measured: 0, invalid: 5, incomplete: 2 }[outcome]).toBe(exitCode)
  expect(stdout).toContain(`${oldest.version} #2 - ${oldest.version}`)
})

test.runIf(process.platform === 'linux')(
  'an interruption takes every process down, keeps the rounds and is no success',
  async () => {
    const haproxy = ['--releases', releaseName(newest.release)]
    const run = benchVersions(...haproxy, '--sleeps', '0', '--blocks', '40', '--rounds', '20')
    let said = ''
    await new Promise<void>((resolve) => {
      run.stderr.on('data', (text: Buffer) => {
        said += String(text)
        if (said.includes('case  3/20')) resolve()
      })
      void run.then(() => resolve())
    })
    const children = familyOf(run.pid)
    expect(children.length).toBeGreaterThan(2)
    run.kill('SIGINT')
    const { exitCode } = await run
    expect(exitCode).toBe(2)
    expect(children.filter(isProcessAlive)).toEqual([])
    expect(foldersOf(children)).toEqual([])
    const newestRun = readdirSync(join(root, 'results'))
      .filter((name) => name.startsWith('20'))
      .toSorted()
      .at(-1)
    const record = join(root, 'results', newestRun ?? '', 'versions.json')
    expect(existsSync(record)).toBe(true)
    expect(versionsSchema.parse(JSON.parse(readFileSync(record, 'utf8')))).toMatchObject({
      outcome: 'incomplete',
    })
  },
)
