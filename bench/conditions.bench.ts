import { expect, test } from 'vitest'
import { type NamedSetting, runConditions } from '../src/vitest/conditions-run.ts'

// What a figure depends on beside SPOE: how requests follow each other and how fast, whether the machine sleeps, how
// many threads HAProxy has, whose event loop the agent lives in. About four minutes.
const base = {
  condition: 'paced',
  mode: 'awake',
  nbthread: 1,
  latencyMs: 10,
  arms: ['bypass', 'offload'],
  blocks: 250,
} as const satisfies Omit<NamedSetting, 'name'>
const arms = ['bypass', 'offload', 'control'] as const

const settings: readonly NamedSetting[] = [
  { ...base, name: '10 ms, paced', arms },
  { ...base, name: '10 ms, sequential', arms, condition: 'sequential' },
  { ...base, name: '100 ms, paced', arms, latencyMs: 100 },
  { ...base, name: '100 ms, sequential', arms, latencyMs: 100, condition: 'sequential', blocks: 60 },
  { ...base, name: '10 ms, as is', mode: 'as-is' },
  { ...base, name: '10 ms, as is, two HAProxy threads', mode: 'as-is', nbthread: 2 },
  { ...base, name: "10 ms, agent in the client's loop", isOneLoop: true },
  { ...base, name: '0 ms, every 1.5 ms', latencyMs: 0, intervalMs: 1.5 },
  { ...base, name: '0 ms, every 3 ms', latencyMs: 0 },
  { ...base, name: '0 ms, every 6 ms', latencyMs: 0, intervalMs: 6 },
]

const contrasts = [
  { first: '10 ms, paced', second: '10 ms, sequential', says: 'One request at a time, agent sleeps 10 ms' },
  {
    first: '100 ms, paced',
    second: '100 ms, sequential',
    says: 'One request at a time, agent sleeps 100 ms',
  },
  {
    first: '100 ms, paced: waiting itself',
    second: '100 ms, sequential: waiting itself',
    says: 'Of that, what HAProxy pays for waiting 100 ms without any SPOE',
  },
  {
    first: '100 ms, paced: SPOE itself',
    second: '100 ms, sequential: SPOE itself',
    says: 'And what SPOE adds to a wait of the same length',
  },
  { first: '10 ms, paced', second: '10 ms, as is', says: 'The machine left as it is' },
  { first: '10 ms, as is', second: '10 ms, as is, two HAProxy threads', says: 'A second HAProxy thread' },
  {
    first: '10 ms, paced',
    second: "10 ms, agent in the client's loop",
    says: "The agent in the client's loop",
  },
  { first: '0 ms, every 3 ms', second: '0 ms, every 1.5 ms', says: 'A request every 1.5 ms' },
  { first: '0 ms, every 3 ms', second: '0 ms, every 6 ms', says: 'A request every 6 ms' },
]

test('what conditions do to the overhead', { timeout: 10 * 60_000 }, async ({ signal }) => {
  const rows = await runConditions({ settings, contrasts, rounds: 4, signal })
  // The figures are printed; what is asserted is that every setting was measured in full.
  for (const { name, blocks } of settings) {
    expect(rows.find((row) => row.name === name)?.effect.count).toBe(4 * blocks)
  }
})
