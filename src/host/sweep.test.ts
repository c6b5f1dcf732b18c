import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { ownerFileName, ownerRecord } from './owner.ts'
import { isRunning } from './process-identity.ts'
import { sweepStale } from './sweep.ts'

const dead = { ...ownerRecord(), pid: 2 ** 22 + 1 }
const alive = ownerRecord()

let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sweep-test-'))
  return () => rmSync(base, { recursive: true, force: true })
})

test('removes the folder of a dead run with all that is in it', async () => {
  const folder = makeFolder('spoe-bench-a', dead)
  expect(await sweepStale([base])).toEqual([folder])
  expect(existsSync(folder)).toBe(false)
})

test('leaves the folder of a live run, old or not', async () => {
  const folder = makeFolder('spoe-bench-a', alive)
  age(folder, 100)
  expect(await sweepStale([base])).toEqual([])
  expect(existsSync(folder)).toBe(true)
})

test('a folder without an owner goes after an hour only: it may have been made just now', async () => {
  const [young, old] = [makeFolder('spoe-bench-young'), makeFolder('spoe-bench-old')]
  age(young, 0.9)
  age(old, 1.1)
  expect(await sweepStale([base])).toEqual([old])
})

test('leaves what is named otherwise, and links', async () => {
  const other = makeFolder('spoe-other', dead)
  symlinkSync(other, join(base, 'spoe-bench-link'))
  expect(await sweepStale([base])).toEqual([])
  expect(existsSync(join(other, 'deeper', 'file'))).toBe(true)
})

test('a base that is listed twice, or does not exist, does no harm', async () => {
  const folder = makeFolder('spoe-bench-a', dead)
  symlinkSync(base, join(base, 'again'))
  expect(await sweepStale([join(base, 'nowhere'), base, join(base, 'again')])).toEqual([folder])
})

test('ends an haproxy that runs from the folder of a dead run, and nothing else', async () => {
  const folder = makeFolder('spoe-bench-a', dead)
  const kept = makeFolder('spoe-bench-b', alive)
  const [left, wanted, reader, editor] = await Promise.all([
    startAs('haproxy', join(folder, 'haproxy.cfg')),
    startAs('haproxy', join(kept, 'haproxy.cfg')),
    startAs('less', join(folder, 'haproxy.cfg')),
    startAs('haproxy', join(folder, 'other.cfg'), []),
  ])
  expect(await sweepStale([base])).toEqual([`HAProxy, process ${left.pid}`, folder])
  if (left.signalCode === null) await once(left, 'exit')
  expect([wanted, reader, editor].map(({ pid }) => isRunning(pid!))).toEqual([true, true, true])
})

function makeFolder(name: string, owner?: object): string {
  const folder = join(base, name)
  mkdirSync(join(folder, 'deeper'), { recursive: true })
  writeFileSync(join(folder, 'deeper', 'file'), '')
  if (owner) writeFileSync(join(folder, ownerFileName), JSON.stringify(owner))
  return folder
}

function age(folder: string, hours: number): void {
  const time = Date.now() / 1_000 - hours * 3_600
  utimesSync(folder, time, time)
}

/** A shell under another name that waits, with `-f <config>` on its command line as HAProxy has it. */
async function startAs(name: string, config: string, option = ['-f']): Promise<ChildProcess> {
  const program = join(base, name)
  if (!existsSync(program)) copyFileSync('/bin/sh', program)
  writeFileSync(config, 'echo started; read line\n')
  const started = spawn(program, [...option, config], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void started.kill('SIGKILL'))
  await once(started.stdout, 'data')
  return started
}
