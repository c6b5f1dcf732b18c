import { expect, test } from 'vitest'
import { type BusyShares, isOurs, nameSaturated } from './saturation.ts'

const idle: BusyShares = {
  haproxyThread: 0.5,
  agent: 0.2,
  agentUtilisation: 0.2,
  client: 0.4,
  clientUtilisation: 0.5,
  machine: 0.6,
}

test.for([
  [{}, null],
  [{ haproxyThread: 0.97 }, 'HAProxy thread'],
  [{ haproxyThread: 0.97, clientUtilisation: 0.92 }, 'HAProxy thread'],
  [{ agentUtilisation: 0.95 }, 'agent'],
  [{ client: 0.93, agent: 0, haproxyThread: 0.9 }, 'client'],
  [{ client: 0.6, agent: 0.6, machine: 0.85 }, null],
  [{ haproxyThread: 0.97, machine: 0.91 }, 'machine'],
  [{ haproxyThread: null, agent: null, machine: null }, null],
] as const)('%o: %s is full', ([shares, name]) => {
  expect(nameSaturated({ ...idle, ...shares })).toBe(name)
})

test('a step is ours when we were late, when nothing but our side was full, or when the machine was', () => {
  expect(isOurs(null, 0.11)).toBe(true)
  expect(isOurs('client', 0)).toBe(true)
  expect(isOurs('machine', 0)).toBe(true)
  expect(isOurs('HAProxy thread', 0.05)).toBe(false)
  expect(isOurs(null, 0)).toBe(false)
})
