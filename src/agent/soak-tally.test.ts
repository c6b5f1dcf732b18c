import { expect, test } from 'vitest'

import { parseSoakCommand, renderSoak } from './soak-command.ts'
import { SoakTally } from './soak-tally.ts'

const quiet = { errors: {}, notifies: 0, connections: 0 }

/** Peers that were told twice of malformed data, and once heard nothing. */
function told(): SoakTally {
  const tally = new SoakTally()
  for (const code of [4, 4, undefined, 0]) tally.statusCode(code)
  return tally
}

test('errors that peers were told of are accounted for', () => {
  expect(told().unaccounted({ ...quiet, errors: { 'protocol invalidFrame': 2 } })).toEqual([])
})

test.each([
  [
    'one that was dropped',
    { 'protocol invalidFrame': 1 },
    'status code 4: peers were told 2 times, the agent reported 1',
  ],
  ['all dropped', {}, 'status code 4: peers were told 2 times, the agent reported nothing'],
  [
    'one too many',
    { 'protocol invalidFrame': 2, 'protocol frameTooBig': 1 },
    'the agent reported 1 times "protocol frameTooBig", which no peer brought about',
  ],
  [
    'one of the handler',
    { 'protocol invalidFrame': 2, 'handler invalidFrame': 3 },
    'the agent reported 3 times "handler invalidFrame", which no peer brought about',
  ],
])('%s is not accounted for', (_, errors: Record<string, number>, line) => {
  expect(told().unaccounted({ ...quiet, errors })).toEqual([line])
})

test('ACKs without NOTIFYs, connections that stay and anomalies are told, the latter not all in words', () => {
  const tally = new SoakTally()
  tally.acks = 3
  for (let count = 0; count < 25; count++) tally.anomaly(`load: ${count}`)
  const lines = tally.unaccounted({ ...quiet, notifies: 2, connections: 1 })
  expect(lines).toHaveLength(23)
  expect(lines.slice(19)).toEqual([
    'load: 19',
    'and 5 more like these',
    '3 ACKs came, but the handler saw 2 NOTIFYs only',
    '1 connections were open still when all peers had gone',
  ])
})

test('the verdict names what does not hold', () => {
  const report = { ...quiet, heapBytes: 2 ** 20, bufferBytes: 0 }
  const result = { tally: told(), before: report, after: report, growthBytes: 0, unaccounted: [] as string[] }
  const verdict = (parts: Partial<typeof result>, isInterrupted = false): string | undefined =>
    renderSoak({ ...result, ...parts }, isInterrupted)
      .split('\n')
      .at(-1)
  expect(verdict({})).toBe(
    'The agent is sound: its memory grew by 0.00 MB, and every error is accounted for.',
  )
  expect(verdict({ growthBytes: 10 * 2 ** 20 })).toBe(
    'The agent is not sound: its memory grew by 10.00 MB; less than 10.00 MB was expected.',
  )
  expect(verdict({ unaccounted: ['load: 1'] })).toBe(
    'The agent is not sound: 1 kinds of error are not accounted for (above).',
  )
  expect(verdict({ unaccounted: ['load: 1'] }, true)).toBe('Interrupted: this is how far it came.')
})

test('defaults are ten minutes and 64 connections', () => {
  expect(parseSoakCommand([])).toEqual({ minutes: 10, connections: 64 })
  expect(parseSoakCommand(['--minutes', '0.5', '--connections=1'])).toEqual({ minutes: 0.5, connections: 1 })
  expect(parseSoakCommand(['--help'])).toBeUndefined()
})

test.each([
  '--minutes=0',
  '--minutes=ten',
  '--minutes=-1',
  '--connections=0',
  '--connections=1.5',
  '--hours=1',
])('%s is refused', (flag) => {
  expect(() => parseSoakCommand([flag])).toThrow(expect.objectContaining({ code: 'invalidOption' }))
})
