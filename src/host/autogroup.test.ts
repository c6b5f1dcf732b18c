import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isInOtherAutogroup } from './autogroup.ts'

const switchFile = '/proc/sys/kernel/sched_autogroup_enabled'
const isOn = existsSync(switchFile) && readFileSync(switchFile, 'latin1').trim() === '1'

test.each([
  { detached: false, isOther: false, where: 'our session' },
  // Elsewhere sessions do not matter.
  { detached: true, isOther: isOn, where: 'a session of its own' },
])('a process in $where is in another autogroup: $isOther', async ({ detached, isOther }) => {
  const child = spawn('sleep', ['60'], { detached, stdio: 'ignore' })
  try {
    await once(child, 'spawn')
    expect(isInOtherAutogroup(child.pid!)).toBe(isOther)
  } finally {
    child.kill('SIGKILL')
  }
})

test('a process that does not exist is in none', () => {
  expect(isInOtherAutogroup(2 ** 22 + 1)).toBe(false)
})
