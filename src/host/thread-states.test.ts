import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { readStatField } from './process-identity.ts'
import { describeProcess } from './thread-states.ts'

const isLinux = process.platform === 'linux'

test.runIf(isLinux)('one that lives: a letter for each of its threads', () => {
  expect(describeProcess(process.pid)).toMatch(
    new RegExp(`^process ${process.pid} lives, states of its threads [RSD]{2,}$`),
  )
})

test.runIf(isLinux)('one that was collected is gone', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect(describeProcess(child.pid!)).toBe(`process ${child.pid} is gone`)
})

test.runIf(isLinux)('one that nobody collects has ended all the same', async () => {
  // The shell becomes a program that does not know of its child. The child ends only then: a shell would collect it.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const pid = Number(String((await once(parent.stdio[1]!, 'data'))[0]))
  while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await delay(5)
  ;(parent.stdio[3] as Writable).end()
  while (readStatField(pid, 3) !== 'Z') await delay(5)
  expect(describeProcess(pid)).toBe(`process ${pid} has ended and was not collected`)
})
