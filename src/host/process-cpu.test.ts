import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { readCpuMs, readProcessCpuMs, readThreadsCpuMs } from './process-cpu.ts'

// Burns processor time in a second thread, says so, and stays.
const burner = `
  const { Worker, isMainThread } = require('node:worker_threads')
  const burn = (ms) => { const start = process.cpuUsage(); while (true) {
    const { user, system } = process.cpuUsage(start); if (user + system > ms * 1000) return } }
  if (isMainThread) new Worker(__filename).on('exit', () => { console.log('burnt'); setInterval(() => {}, 1000) })
  else burn(200)`

function isStopped(pid: number): boolean {
  return /^\d+ \(.*\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

test.runIf(process.platform === 'linux')(
  'processor time counts every thread, those that have ended too',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'process-cpu-test-'))
    const file = join(directory, 'burner.cjs')
    writeFileSync(file, burner)
    const child = execa(process.execPath, [file], {
      env: { NODE_OPTIONS: '' },
      reject: false,
      buffer: false,
    })
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      // At least what was burnt, less what a tick may leave out in each of two fields.
      expect(readProcessCpuMs(child.pid!)).toBeGreaterThanOrEqual(180)
      // It ends its second thread and may take a tick for that meanwhile.
      child.kill('SIGSTOP')
      while (!isStopped(child.pid!)) await new Promise((resolve) => setTimeout(resolve, 5))
      expect(readCpuMs([child.pid!, child.pid!])).toBe(2 * readProcessCpuMs(child.pid!)!)
    } finally {
      child.kill('SIGKILL')
      await child
      rmSync(directory, { recursive: true })
    }
  },
)

test('nobody knows the time of no process', () => {
  expect(readProcessCpuMs(2 ** 30)).toBeNull()
  expect(readThreadsCpuMs(2 ** 30)).toBeNull()
  expect(readCpuMs([])).toBeNull()
  expect(readCpuMs([process.pid, 2 ** 30])).toBeNull()
})

test.runIf(process.platform === 'linux')(
  'the first thread has the number of its process, and its time',
  () => {
    const timeOf = (): number => readThreadsCpuMs(process.pid)!.get(process.pid)!
    const before = timeOf()
    const start = process.cpuUsage()
    for (let used = 0; used < 300_000;) {
      const { user, system } = process.cpuUsage(start)
      used = user + system
    }
    expect(timeOf()).toBeGreaterThan(before)
  },
)
