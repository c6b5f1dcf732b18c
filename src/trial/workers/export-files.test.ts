import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Share } from '../../load/share.ts'
import { allocateBlocks, caseKey } from '../allocation.ts'
import { firstRequestOf, loadInput } from '../load-input.ts'
import { testPlan } from '../testing/test-plan.ts'
import { writeExport } from './export-files.ts'

const plan = testPlan({
  requests: [6],
  workers: { count: 2, host: '127.0.0.1' },
})
const inputs = plan.cases.map((planCase, index) =>
  loadInput(
    plan,
    allocateBlocks(plan, planCase, caseKey(new Uint8Array(32), planCase.id)),
    [0, 1, 2].map((port) => 20_000 + 3 * index + port),
    firstRequestOf(plan, planCase.id),
  ),
)

let parent: string
let folder: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'spoe-export-'))
  folder = join(parent, 'out')
  writeExport(folder, plan, inputs)
})
afterEach(() => rmSync(parent, { recursive: true }))

const shareOf = (share: number): Share =>
  JSON.parse(readFileSync(join(folder, 'shares', `${share}.json`), 'utf8')) as Share

test('every worker has its own cases, ports and request numbers, and no two have one in common', () => {
  const shares = [shareOf(1), shareOf(2)]
  expect(shares.map(({ cases }) => cases.map(({ place }) => place))).toEqual([
    [1, 3],
    [2, 4],
  ])
  const numbers = shares.flatMap(({ cases }) =>
    cases.flatMap(({ load }) => load.ports.map((_, slot) => (load.firstRequest ?? 0) + slot)),
  )
  expect(new Set(numbers).size).toBe(numbers.length)
  const [first, second] = shares.map(({ cases }) => new Set(cases.flatMap(({ load }) => load.ports)))
  expect([...(first ?? [])].filter((port) => second?.has(port))).toEqual([])
})

test('nothing that a worker is handed says what an arm or a sleep is', () => {
  const { runId: _, ...told } = shareOf(1)
  expect(Object.keys(told).toSorted()).toEqual(['cases', 'isOwnHost', 'of', 'schema', 'share'])
  expect(JSON.stringify(told)).not.toMatch(/bypass|placebo|offload|latency|sleep|worker/)
})

test('the processor is plain JavaScript of Node alone, whole in its folder', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.mjs'),
  )
  expect(files).toContain('processor.mjs')
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8')
    const imports = [...text.matchAll(/^import .* from '([^']+)'$/gm)].map(([, from]) => from ?? '')
    for (const from of imports) {
      const isThere = from.startsWith('.') && existsSync(join(folder, dirname(file), from))
      expect(isThere || isBuiltin(from), `${file} imports ${from}`).toBe(true)
    }
    expect(text).not.toMatch(/^(?:import type|export interface|export type)/m)
  }
  const script = readFileSync(join(folder, 'script.yml'), 'utf8')
  for (const file of files) expect(script).toContain(`- ./${file}\n`)
})

test('a folder that is there is left alone', () => {
  expect(() => writeExport(folder, plan, inputs)).toThrow(
    /Expected --artillery to name a folder that is not there/,
  )
})
