import { expect, test } from 'vitest'
import { type BusyShares, isOurs, nameSaturated } from './saturation.ts'

const idle: BusyShares = {
  haproxyThread: 0.5,
  agent: 0.2,
  agentUtilisation: 0.2,
  client: 0.4,
  clientUtilisation: 0.5,
}

test.for([
  [{}, null],
  [{ haproxyThread: 0.97 }, 'HAProxy thread'],
  [{ haproxyThread: 0.97, clientUtilisation: 0.92 }, 'HAProxy thread'],
  [{ agentUtilisation: 0.95 }, 'agent'],
  [{ client: 0.93, agent: 0, haproxyThread: 0.9 }, 'client'],
  [{ client: 0.6, agent: 0.35 }, 'core of client and agent'],
  [{ haproxyThread: null, agent: null }, null],
] as const)('%o: %s is full', ([shares, name]) => {
  expect(nameSaturated({ ...idle, ...shares }, true)).toBe(name)
})

test('threads with cores of their own do not share one', () => {
  expect(nameSaturated({ ...idle, client: 0.6, agent: 0.6 }, false)).toBeNull()
})

test('a step is ours when we were late, or when nothing but our side was full', () => {
  expect(isOurs(null, 0.11)).toBe(true)
  expect(isOurs('client', 0)).toBe(true)
  expect(isOurs('core of client and agent', 0)).toBe(true)
  expect(isOurs('HAProxy thread', 0.05)).toBe(false)
  expect(isOurs(null, 0)).toBe(false)
})
