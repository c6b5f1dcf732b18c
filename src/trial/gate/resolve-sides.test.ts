import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveSides, type ResolvedSides } from './resolve-sides.ts'

const folder = mkdtempSync(join(tmpdir(), 'gate-sides-'))
const cwd = join(folder, 'repository')
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(async () => {
  mkdirSync(join(cwd, 'sub'), { recursive: true })
  writeFileSync(join(cwd, 'agent.txt'), 'old')
  const git = (...words: string[]): unknown =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], { cwd })
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'one')
})

const resolve = (base: string, changes = {}): Promise<ResolvedSides> =>
  resolveSides({
    base,
    candidate: undefined,
    agentCommand: undefined,
    prepare: undefined,
    cwd,
    cacheDir: join(folder, 'cache'),
    ...changes,
  })

test('a ref is checked out once beside the folder itself, and both run the same command', async () => {
  writeFileSync(join(cwd, 'agent.txt'), 'new')
  const { sources, gate } = await resolve('HEAD', { prepare: 'cp agent.txt made.txt' })
  const [base, candidate] = [sources.base, sources.candidate] as { command: string; cwd: string }[]
  expect(base?.command).toBe(candidate?.command)
  expect(candidate?.cwd).toBe(cwd)
  const { stdout } = await execa('cat', ['agent.txt', 'made.txt'], { cwd: base?.cwd ?? '' })
  expect(stdout).toBe('oldold')
  expect(gate.base.commit).toMatch(/^[0-9a-f]{40}$/)
  expect(gate).toMatchObject({
    hasDelay: true,
    base: { kind: 'ref', isChanged: false },
    candidate: { kind: 'directory', name: 'repository', commit: gate.base.commit, isChanged: true },
  })
  // Nothing of the repository is touched, and nothing is made again.
  rmSync(join(base?.cwd ?? '', 'made.txt'))
  const again = await resolve('HEAD', { prepare: 'cp agent.txt made.txt' })
  expect(again.sources.base).toEqual(base)
  expect(existsSync(join(base?.cwd ?? '', 'made.txt'))).toBe(false)
})

test('commands are run where the gate was asked for, and records have no folders', async () => {
  const { sources, gate } = await resolve('/opt/old/spoa -p {port}', { candidate: './spoa -p {port}' })
  expect(sources.base).toEqual({ command: '/opt/old/spoa -p {port}', cwd })
  expect(gate.base.name).toBe('spoa -p {port}')
  expect(gate.hasDelay).toBe(false)
})

test.for<[string, object, string]>([
  ['no-such-ref', {}, 'got "no-such-ref"'],
  ['HEAD', { agentCommand: './spoa' }, 'Expected {port} in --agent-cmd'],
  ['HEAD', { prepare: 'exit 3' }, 'and prepare it'],
  ['127.0.0.1:9000', {}, 'Expected --candidate beside a base'],
  ['127.0.0.1:9000', { candidate: 'sub' }, 'to be started by us, or both to run already'],
  [
    'a {port} {delay_ms}',
    { candidate: 'b {port}' },
    '{delay_ms} in the commands of both sides or of neither',
  ],
])('--base %s %j: one sentence', async ([base, changes, sentence]) => {
  await expect(resolve(base, changes)).rejects.toThrow(sentence)
})
