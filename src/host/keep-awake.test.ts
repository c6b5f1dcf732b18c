import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findCpuQuota } from './cpu-quota.ts'
import {
  type KeepAwakeFacts,
  chooseCores,
  findObstacle,
  pinPrefix,
  parseCoreList,
  pinProcess,
  readAllowedCores,
  resume,
  startKeepAwake,
  suspend,
} from './keep-awake.ts'
import { readStatField } from './process-identity.ts'
import { readProcessTable } from './process-table.ts'

const module = fileURLToPath(new URL('./keep-awake.ts', import.meta.url))
const fit: KeepAwakeFacts = { platform: 'linux', cores: [0, 1], quota: null, toolComplaint: null }

test('a Linux machine with two cores, no quota and working tools has no obstacle', () => {
  expect(findObstacle(fit)).toBeNull()
})

test.each<[Partial<KeepAwakeFacts>, string]>([
  [{ platform: 'darwin' }, 'idle-priority spinners need Linux, this is darwin'],
  [{ cores: [3] }, 'two cores are needed, this process may use 1'],
  [
    { quota: { cores: 1.5, source: '/cg/cpu.max' } },
    'a CPU quota of 1.5 cores is set, which spinners would use up',
  ],
  [{ toolComplaint: 'chrt: not permitted' }, 'chrt: not permitted'],
])('%j is an obstacle', (fact, reason) => {
  expect(findObstacle({ ...fit, ...fact })).toBe(reason)
})

test('HAProxy and Node get two physical cores where there are two', () => {
  expect(chooseCores([0, 1, 2, 3], siblingsInPairs)).toEqual([0, 2])
  expect(chooseCores([0, 1], siblingsInPairs)).toEqual([0, 1])
})

function siblingsInPairs(core: number): readonly number[] {
  return [core - (core % 2), core - (core % 2) + 1]
}

test.each([
  ['0-1\n', [0, 1]],
  ['0,2-4,7', [0, 2, 3, 4, 7]],
  ['', []],
])('the core list %j', (list, cores) => {
  expect(parseCoreList(list)).toEqual(cores)
})

const canKeepAwake =
  process.platform === 'linux' &&
  readAllowedCores().length > 1 &&
  findCpuQuota() === null &&
  spawnSync('taskset', ['-c', '0', 'chrt', '-i', '0', 'true']).status === 0

// Whatever else runs beside the tests: the share that is left does not matter to them.
const here = await startKeepAwake({ minimumShare: 0 })
await here[Symbol.asyncDispose]()

describe.runIf(canKeepAwake)('on a machine that can be kept awake', () => {
  test('every core has one spinner of idle priority, and disposing ends them', async () => {
    const awake = await startKeepAwake({ minimumShare: 0 })
    const cores = awake.pids.map((pid) => allowedCores(pid))
    expect(cores).toEqual(parseCoreList(allowedCores(process.pid)).map(String))
    expect(awake.pids.map((pid) => readStatField(pid, 41))).toEqual(cores.map(() => '5'))
    expect(new Set(awake.pids.map((pid) => readStatField(pid, 6)))).toEqual(
      new Set([readStatField(process.pid, 6)]),
    )
    await awake[Symbol.asyncDispose]()
    expect(awake.pids.filter(isAlive)).toEqual([])
  })

  test('a core that gives a busy thread too little leaves the machine as it is', async () => {
    const before = countSpinners()
    const left = await startKeepAwake({ minimumShare: 1.01 })
    expect(left).toMatchObject({
      mode: 'as-is',
      pids: [],
      reason: expect.stringMatching(
        /^a busy thread beside a spinner got \d+\.\d % of core \d+, it needs 101\.0 %: /,
      ),
    })
    expect(countSpinners()).toBe(before)
  })

  test('spinners stop and go on, and a stopped one is disposed of as well', async () => {
    const awake = await startKeepAwake({ minimumShare: 0 })
    expect(suspend(awake.pids)).toEqual([])
    await until(() => awake.pids.every((pid) => readStatField(pid, 3) === 'T'))
    expect(resume(awake.pids)).toEqual([])
    await until(() => awake.pids.every((pid) => readStatField(pid, 3) === 'R'))
    suspend(awake.pids)
    await awake[Symbol.asyncDispose]()
    expect(awake.pids.filter(isAlive)).toEqual([])
  })

  test('a process that is no spinner is neither stopped nor overlooked', () => {
    expect(suspend([process.pid])).toEqual([process.pid])
  })

  test('SIGKILL of the process that keeps awake ends running and stopped spinners', async () => {
    const run = startRun('setInterval(() => {}, 1000)')
    const [said] = await once(run.stdout, 'data')
    const pids = String(said).trim().split(' ').map(Number)
    expect(pids.filter(isAlive)).toEqual(pids)
    suspend(pids.slice(1))
    run.kill('SIGKILL')
    await until(() => !pids.some(isAlive))
  })

  test('a process that forgets to dispose ends nevertheless, and its spinners with it', async () => {
    const run = startRun('')
    const [[said], [code]] = await Promise.all([once(run.stdout, 'data'), once(run, 'exit')])
    expect(code).toBe(0)
    await until(() => !String(said).trim().split(' ').map(Number).some(isAlive))
  })

  test('all threads of a process are pinned', async () => {
    const [command, ...rest] = pinPrefix(here.nodeCore!)
    const started = spawn(command!, [
      ...rest,
      process.execPath,
      '-e',
      'console.log(); setInterval(() => {}, 1000)',
    ])
    onTestFinished(() => void started.kill('SIGKILL'))
    await once(started.stdout, 'data')
    expect(allowedCores(started.pid!)).toBe(String(here.nodeCore))
    await pinProcess(started.pid!, [here.haproxyCore!])
    const threads = readdirSync(`/proc/${started.pid}/task`)
    expect(threads.length).toBeGreaterThan(1)
    expect(new Set(threads.map((thread) => allowedCores(Number(thread))))).toEqual(
      new Set([String(here.haproxyCore)]),
    )
  })

  test('a process that is gone can not be pinned, and the message says which', async () => {
    await expect(pinProcess(2 ** 22 + 1, [0])).rejects.toMatchObject({
      code: 'PIN_FAILED',
      message: expect.stringContaining('process 4194305 to cores 0'),
    })
  })
})

/** A process that keeps the machine awake, prints the spinners' pids and then does what `after` says. */
function startRun(after: string): ChildProcessByStdio<null, Readable, null> {
  const source = `
    const { startKeepAwake } = await import(${JSON.stringify(module)})
    console.log((await startKeepAwake({ minimumShare: 0 })).pids.join(' '))
    ${after}`
  const run = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void run.kill('SIGKILL'))
  return run
}

function allowedCores(pid: number): string {
  return /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? ''
}

function isAlive(pid: number): boolean {
  return readProcessTable().some((entry) => entry.pid === pid)
}

function countSpinners(): number {
  return readProcessTable().filter(
    ({ parentPid, words }) => parentPid === process.pid && words.includes('chrt'),
  ).length
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(10)
}
