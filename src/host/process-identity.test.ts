import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { ownerRecord, parseOwnerRecord } from './owner.ts'
import { isRunning, livenessOf, parseStatFields, readStartTime } from './process-identity.ts'

const isLinux = process.platform === 'linux'

test('fields after a command that holds blanks and parentheses', () => {
  expect(parseStatFields('4711 (a) b (c)) S 1 4711\n')).toEqual(['S', '1', '4711'])
})

test('this process is alive by its own record, before and after it was JSON', () => {
  const record = ownerRecord()
  expect(livenessOf(record)).toBe('alive')
  expect(parseOwnerRecord(JSON.stringify(record))).toEqual(record)
})

test('a process that has ended is dead', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect(isRunning(child.pid!)).toBe(false)
  expect(livenessOf({ pid: child.pid!, startTime: null })).toBe('dead')
})

test('a later process with the same number is not taken for the earlier', async () => {
  const child = spawn('sleep', ['10'])
  onTestFinished(() => void child.kill())
  const startTime = readStartTime(child.pid!)!
  expect(livenessOf({ pid: child.pid!, startTime })).toBe('alive')
  expect(livenessOf({ pid: child.pid!, startTime: `${startTime}1` })).toBe('dead')
})

test.runIf(isLinux)('a process of an earlier boot is dead, one of another container unknown', () => {
  const { pid, startTime } = ownerRecord()
  const [boot, namespace, ticks] = startTime!.split('/')
  expect(livenessOf({ pid, startTime: `another-boot/${namespace}/${ticks}` })).toBe('dead')
  expect(livenessOf({ pid, startTime: `another-boot/1/${ticks}` })).toBe('dead')
  expect(livenessOf({ pid, startTime: `${boot}/1/${ticks}` })).toBe('unknown')
})

test.each([
  '',
  '{}',
  '[]',
  '{"pid":0,"startTime":"1"}',
  '{"pid":1.5,"startTime":"1"}',
  '{"pid":1,"startTime":2}',
])('%j is no owner record', (text) => {
  expect(parseOwnerRecord(text)).toBeUndefined()
})
