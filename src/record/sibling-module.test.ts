import { expect, test } from 'vitest'
import { siblingModule } from './sibling-module.ts'

test.for([
  ['./load-thread', 'file:///a/src/trial/stack.ts', 'file:///a/src/trial/load-thread.ts'],
  ['./load-thread', 'file:///a/dist/src/trial/stack.js', 'file:///a/dist/src/trial/load-thread.js'],
  ['../agent/command', 'file:///a/src/trial/peers.ts', 'file:///a/src/agent/command.ts'],
] as const)('%s beside %s', ([name, importer, expected]) => {
  expect(siblingModule(name, importer).href).toBe(expected)
})
