import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Progress } from '../report/progress-line.ts'
import type { Terminal } from './live-line.ts'
import type { ProgressEvent } from './progress-channel.ts'
import { createProgressView } from './progress-view.ts'
import type { StealWatch } from './steal-watch.ts'
import { createScreen } from './testing/screen.ts'

const idle: StealWatch = { restart: () => {}, share: () => 0 }

function blocks(changes: Partial<Progress> = {}): ProgressEvent {
  return {
    type: 'blocks',
    label: '10 ms × 100',
    caseIndex: 0,
    caseCount: 2,
    blocksDone: 1,
    blocksTotal: 100,
    etaMs: 90_000,
    health: { placebo: null, lateShare: 0 },
    ...changes,
  }
}

function pipe(): Terminal & { readonly text: () => string } {
  let text = ''
  return { write: (part: string) => (text += part), text: () => text }
}

test('on a terminal: one line that is drawn over, results above it, and the report when all is done', () => {
  const screen = createScreen()
  const [stderr, stdout] = [screen.stream(), screen.stream()]
  const view = createProgressView({ stderr, stdout, env: { NO_COLOR: '1' }, steal: idle })
  view.show(blocks())
  view.show(blocks({ blocksDone: 50, etaMs: 45_000 }))
  view.show({ type: 'line', text: '✓ within 2 ms' })
  stdout.write('Vitest says something\n')
  expect(screen.rows()).toEqual([
    '✓ within 2 ms',
    'Vitest says something',
    'case 1/2  10 ms × 100  50/100  45 s left  · placebo ✓ steal ✓ loop',
  ])
  view.show({ type: 'report', text: 'the report' })
  stdout.write('1 passed\n')
  view.end()
  expect(screen.rows()).toEqual(['✓ within 2 ms', 'Vitest says something', '1 passed', '', 'the report', ''])
})

test.for([
  ['a pipe', false, {}],
  ['CI', true, { CI: 'true' }],
  ['a dumb terminal', true, { TERM: 'dumb' }],
] as const)('%s gets plain lines, with nothing that moves a cursor', ([, isTTY, env]) => {
  const stderr = { ...pipe(), isTTY }
  const view = createProgressView({ stderr, stdout: pipe(), env: { NO_COLOR: '1', ...env }, steal: idle })
  view.show(blocks({ all: { done: 1, total: 200 } }))
  view.end()
  expect(stderr.text()).toBe(
    'case 1/2  10 ms × 100  1 of 100 blocks, 1 of 200 in all  1 min 30 s left  · placebo  ✓ steal  ✓ event loop\n',
  )
})

test('plain: as a case begins, every ten seconds inside it, and at the last block of all', () => {
  const stderr = pipe()
  let nowMs = 0
  const view = createProgressView({ stderr, stdout: pipe(), env: {}, steal: idle, now: () => nowMs })
  for (const caseIndex of [0, 1]) {
    for (let blocksDone = 1; blocksDone <= 100; blocksDone++) {
      nowMs += 250
      view.show(blocks({ caseIndex, blocksDone, etaMs: 50_000 - nowMs }))
    }
  }
  view.end()
  const counts = [...stderr.text().matchAll(/case (\d)\/2 .*? (\d+) of 100 blocks/g)].map(
    ([, which, done]) => `${which}:${done}`,
  )
  expect(counts).toEqual(['1:1', '1:41', '1:81', '2:1', '2:41', '2:81', '2:100'])
})

test('plain, a run of an hour: a line every three minutes', () => {
  const stderr = pipe()
  let nowMs = 0
  const view = createProgressView({ stderr, stdout: pipe(), env: {}, steal: idle, now: () => nowMs })
  for (; nowMs < 3_600_000; nowMs += 1000) {
    view.show(blocks({ blocksDone: nowMs / 1000, blocksTotal: 5000, etaMs: 3_600_000 - nowMs }))
  }
  view.end()
  expect(stderr.text().split('\n').filter(Boolean)).toHaveLength(20)
})

test('colour takes nothing away, and FORCE_COLOR moves no cursor in a pipe', () => {
  const drawn = ['0', '1'].map((FORCE_COLOR) => {
    const stderr = pipe()
    const view = createProgressView({ stderr, stdout: pipe(), env: { FORCE_COLOR }, steal: idle })
    view.show(blocks())
    view.show({ type: 'line', text: '✗ exceeds 2 ms' })
    view.end()
    return stderr.text()
  })
  const [plain = '', painted = ''] = drawn
  expect(painted).toContain('\u001B[32m✓\u001B[39m steal')
  expect(painted).toContain('\u001B[31m✗ exceeds\u001B[39m')
  expect(stripVTControlCharacters(painted)).toBe(plain)
  expect(painted.replaceAll(/\[\d+m/g, '')).not.toMatch(/\[|\r/)
})

test('steal is what was taken since the case began; where the system does not tell, there is no light', () => {
  const shares: (number | null | undefined)[] = [null, 0.3, undefined]
  let restarts = 0
  const steal: StealWatch = { restart: () => void restarts++, share: () => shares.shift() }
  const stderr = pipe()
  const view = createProgressView({ stderr, stdout: pipe(), env: {}, steal })
  for (const caseIndex of [0, 1, 2]) view.show(blocks({ caseIndex, caseCount: 3 }))
  view.end()
  const [first, second, third] = stderr.text().split('\n')
  expect(first).toContain('· steal')
  expect(second).toContain('! steal 30 %')
  expect(third).not.toContain('steal')
  expect(restarts).toBe(3)
})
