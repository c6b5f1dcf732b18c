import { expect, test } from 'vitest'
import { type BusyShares, isOurs, nameSaturated } from './saturation.ts'

const idle: BusyShares = {
  haproxyThread: 0.5,
  agent: 0.2,
  agentUtilisation: 0.2,
  client: 0.4,
  clientUtilisation: 0.5,
  process: 0.7,
}

test.for([
  [{}, null],
  [{ haproxyThread: 0.97 }, 'HAProxy thread'],
  [{ haproxyThread: 0.97, clientUtilisation: 0.92 }, 'HAProxy thread'],
  [{ agentUtilisation: 0.95 }, 'agent'],
  [{ client: 0.93, haproxyThread: 0.9 }, 'client'],
  [{ process: 0.99 }, 'core of client and agent'],
  [{ process: 0.99, haproxyThread: null, agent: null, client: null }, 'core of client and agent'],
] as const)('%o: %s is full', ([shares, name]) => {
  expect(nameSaturated({ ...idle, ...shares }, true)).toBe(name)
})

test('threads with cores of their own do not share one', () => {
  expect(nameSaturated({ ...idle, process: 1.5 }, false)).toBeNull()
})

test('a step is ours when we were late, or when nothing but our side was full', () => {
  expect(isOurs(null, 0.02)).toBe(true)
  expect(isOurs('client', 0)).toBe(true)
  expect(isOurs('core of client and agent', 0)).toBe(true)
  expect(isOurs('HAProxy thread', 0.005)).toBe(false)
  expect(isOurs(null, 0)).toBe(false)
})
