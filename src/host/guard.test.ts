import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { guardCommand } from './guard.ts'
import { readProcessTable } from './process-table.ts'

type Guarded = ChildProcessByStdio<Writable, Readable, Readable>

const obedient = 'echo $$; while :; do sleep 0.05; done'
const ignoresTerm = `trap '' TERM; ${obedient}`

test('passes the output and the exit code of the command through', async () => {
  const guard = startGuarded('echo out; echo err >&2; exit 7')
  const [out, err, [code]] = await Promise.all([
    readAll(guard.stdout),
    readAll(guard.stderr),
    once(guard, 'exit'),
  ])
  expect([out, err, code]).toEqual(['out\n', 'err\n', 7])
})

test('ends with its command and leaves no reader of its standard input behind', async () => {
  // A third process holds the pipe: if Node held it, its closing would end the reader.
  const holder = spawn('sh', ['-c', 'while echo; do sleep 0.02; done'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void holder.kill('SIGKILL'))
  const [command, ...rest] = guardCommand()
  const guard = spawn(command!, [...rest, 'sleep', '0.1'], { stdio: [holder.stdout, 'ignore', 'ignore'] })
  holder.stdout.destroy()
  const [guardEnd, holderEnd] = await Promise.all([once(guard, 'exit'), once(holder, 'exit')])
  expect(guardEnd).toEqual([0, null])
  // Nobody reads any more.
  expect(holderEnd).toEqual([null, 'SIGPIPE'])
})

test('gives the command an empty standard input, not the pipe', async () => {
  const guard = startGuarded('cat; cat <&3')
  // A guard that ended before the write is none of this test's business.
  guard.stdin.on('error', () => {})
  guard.stdin.write('not for you\n')
  expect(await readAll(guard.stdout)).toBe('')
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends the command with TERM', async (signal) => {
  const guard = startGuarded(`trap 'exit 5' TERM; ${obedient}`)
  const pid = await readPid(guard)
  guard.kill(signal)
  expect(await once(guard, 'exit')).toEqual([5, null])
  expect(isAlive(pid)).toBe(false)
})

test('tells by 128 + n that signal n ended the command', async () => {
  const guard = startGuarded(obedient)
  process.kill(await readPid(guard), 'SIGKILL')
  expect(await once(guard, 'exit')).toEqual([137, null])
})

test('closing standard input kills a command that ignores TERM, and removes the directory', async () => {
  const directory = makeDirectory()
  const guard = startGuarded(ignoresTerm, directory)
  const pid = await readPid(guard)
  guard.kill('SIGTERM')
  await delay(50)
  expect(isAlive(pid)).toBe(true)
  guard.stdin.end()
  await once(guard, 'exit')
  expect(isAlive(pid)).toBe(false)
  expect(existsSync(directory)).toBe(false)
})

test('keeps the directory when the command ends by itself', async () => {
  const directory = makeDirectory()
  await once(startGuarded('exit 0', directory), 'exit')
  expect(existsSync(directory)).toBe(true)
})

test('a guard that is killed itself still takes its command and directory along', async () => {
  const directory = makeDirectory()
  const guard = startGuarded(ignoresTerm, directory)
  const pid = await readPid(guard)
  await until(() => countGuards(directory) === 2)
  guard.kill('SIGKILL')
  await once(guard, 'exit')
  await until(() => !isAlive(pid) && !existsSync(directory))
})

test('SIGKILL of the parent leaves no command, guard, reader or directory behind', async () => {
  const directory = makeDirectory()
  const parent = startParent([
    { script: obedient, directory },
    { script: ignoresTerm },
    { script: `echo $$; kill -STOP $$` },
  ])
  const pids = await readFamily(parent, 3)
  process.kill(parent.pid!, 'SIGKILL')
  await until(() => pids.every((pid) => !isAlive(pid)))
  expect(existsSync(directory)).toBe(false)
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s to the whole process group ends all of it', async (signal) => {
  const directory = makeDirectory()
  const parent = startParent([{ script: obedient }, { script: ignoresTerm, directory }], true)
  const pids = await readFamily(parent, 2)
  process.kill(-parent.pid!, signal)
  await until(() => pids.every((pid) => !isAlive(pid)))
  expect(existsSync(directory)).toBe(false)
})

test.runIf(process.platform === 'linux').for(['a signal', 'our death'])(
  'with descendants: what a wrapper started ends with it, after %s',
  async (how) => {
    const words = guardCommand({ withDescendants: true })
    const wrapper = `sh -c "trap '' TERM; while :; do sleep 0.05; done" & echo $!; wait`
    const parent = startParentOf([[...words, 'sh', '-c', wrapper]])
    const inner = Number(String((await once(parent.stdout, 'data'))[0]))
    expect(isAlive(inner)).toBe(true)
    const guard = descendantsOf(parent.pid!)[0]!
    if (how === 'a signal') process.kill(guard, 'SIGTERM')
    else parent.kill('SIGKILL')
    await until(() => !isAlive(inner) && !isAlive(guard))
  },
)

test('refuses a directory that depends on where the guard runs', () => {
  expect(() => guardCommand({ removeDirectory: 'spoe-bench-1' })).toThrow(/absolute path, got "spoe-bench-1"/)
})

function startGuarded(script: string, removeDirectory?: string): Guarded {
  const [command, ...rest] = guardCommand({ removeDirectory })
  const guard = spawn(command!, [...rest, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => {
    guard.stdin.destroy()
  })
  return guard
}

interface Family {
  readonly script: string
  readonly directory?: string
}

/** A Node process that starts the guarded scripts and waits; with `hasOwnGroup`, as a terminal would. */
function startParent(
  families: readonly Family[],
  hasOwnGroup = false,
): ChildProcessByStdio<null, Readable, null> {
  const commands = families.map(({ script, directory }) => [
    ...guardCommand({ removeDirectory: directory }),
    'sh',
    '-c',
    script,
  ])
  return startParentOf(commands, hasOwnGroup)
}

function startParentOf(
  commands: readonly (readonly string[])[],
  hasOwnGroup = false,
): ChildProcessByStdio<null, Readable, null> {
  const source = `
    const { spawn } = require('node:child_process')
    for (const [command, ...rest] of ${JSON.stringify(commands)}) {
      spawn(command, rest, { stdio: ['pipe', 'inherit', 'inherit'] })
    }
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['-e', source], {
    detached: hasOwnGroup,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    parent.kill('SIGKILL')
  })
  return parent
}

/** Waits for `count` commands to say their pids, then lists every process that descends from the parent. */
async function readFamily(
  parent: ChildProcessByStdio<null, Readable, null>,
  count: number,
): Promise<readonly number[]> {
  let said = ''
  parent.stdout.on('data', (chunk) => (said += String(chunk)))
  await until(() => said.split('\n').length > count)
  const commands = said.trim().split('\n').map(Number)
  // Every guard has two children, its command and its reader.
  await until(() => {
    const table = readProcessTable()
    const guards = table.filter(({ pid }) => commands.includes(pid)).map(({ parentPid }) => parentPid)
    return guards.every((guard) => table.filter(({ parentPid }) => parentPid === guard).length === 2)
  })
  return descendantsOf(parent.pid!)
}

function descendantsOf(parentPid: number): number[] {
  const table = readProcessTable()
  const descend = (pid: number): number[] =>
    table.filter((entry) => entry.parentPid === pid).flatMap((child) => [child.pid, ...descend(child.pid)])
  return descend(parentPid)
}

function isAlive(pid: number): boolean {
  return readProcessTable().some((entry) => entry.pid === pid)
}

/** The reader is a copy of the guard, so its command line names the directory too. */
function countGuards(directory: string): number {
  return readProcessTable().filter(({ words }) => words.includes(directory)).length
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'guard with blanks '))
  mkdirSync(join(directory, 'deeper'))
  // Enough to be caught in the middle of removing them.
  for (let file = 0; file < 300; file++) writeFileSync(join(directory, 'deeper', String(file)), '')
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

async function readAll(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

async function readPid(guard: Guarded): Promise<number> {
  const [chunk] = await once(guard.stdout, 'data')
  return Number(String(chunk))
}

/** Waits for what another process brings about; the test's own time limit ends it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(10)
}
