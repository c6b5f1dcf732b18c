import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initProject } from './init-command.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spoe-init-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

test('an empty project gets all of it, with the agent that was named', () => {
  expect(initProject(['--agent-cmd', "python3 'my agent.py' {port}"], folder)).toEqual([
    'wrote       spoe-bench.config.ts',
    'wrote       bench/spoe.bench.ts',
    'wrote       vitest.config.ts',
    'wrote       .github/workflows/spoe-bench.yml',
    'Next: npx spoe-bench run, or npx vitest bench --run',
  ])
  expect(read('spoe-bench.config.ts')).toContain(`agent: { command: "python3 'my agent.py' {port}" },`)
  expect(read('.github/workflows/spoe-bench.yml')).toContain('group: spoe-bench-${{ github.ref }}')
})

test('what is there is left alone, by whatever name', () => {
  writeFileSync(join(folder, 'spoe-bench.config.ts'), 'mine')
  writeFileSync(join(folder, 'vite.config.js'), 'mine too')
  const lines = initProject(['--agent', '127.0.0.1:9000'], folder)
  expect(lines).toContain('left alone  spoe-bench.config.ts')
  expect(lines).toContain('left alone  vite.config.js (so no vitest.config.ts)')
  expect(read('spoe-bench.config.ts')).toBe('mine')
  expect(existsSync(join(folder, 'vitest.config.ts'))).toBe(false)
  const again = initProject([], folder).filter((line) => line.startsWith('wrote'))
  expect(again).toEqual([])
})

test.for([
  [['--agent-cmd', 'x {port}', '--agent', 'y:1'], 'Expected --agent-cmd or --agent, got both.'],
  [['--force'], 'Expected nothing but --agent-cmd'],
] as const)('%j: one sentence, and nothing written', ([args, sentence]) => {
  expect(() => initProject(args, folder)).toThrow(sentence)
  expect(existsSync(join(folder, 'spoe-bench.config.ts'))).toBe(false)
})
