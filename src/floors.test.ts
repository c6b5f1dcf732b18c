import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'

// A pattern that matches nothing is no rule: forbidden imports are planted, and the linter has to find them.

const root = fileURLToPath(new URL('..', import.meta.url))
let dir: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'floors-'))
  const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8'))
  // Types have nothing to do with it, and would need the whole project here.
  writeFileSync(join(dir, '.oxlintrc.json'), JSON.stringify({ ...config, options: { typeAware: false } }))
})
afterAll(() => rmSync(dir, { recursive: true }))

async function lint(file: string, specifier: string): Promise<string> {
  const path = join(dir, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `import { one } from '${specifier}'\n\nexport const two: unknown = one\n`)
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const { stdout } = await execaNode(oxlint, [file], { cwd: dir, reject: false, nodeOptions: [] })
  rmSync(path)
  return stdout
}

test.for([
  ['src/stats/planted.ts', '../agent/server.ts'],
  ['src/spop/planted.ts', 'node:net'],
  ['src/spop/planted.ts', '../spop.ts'],
  ['src/agent/planted.ts', '../agent.ts'],
  ['src/record/planted.ts', '../trial/join.ts'],
  ['src/agent/planted.ts', '../haproxy/boot.ts'],
  ['src/haproxy/planted.ts', '../host/guard.ts'],
  ['src/load/planted.ts', '../origin/origin.ts'],
  ['src/origin/planted.ts', '../trial/join.ts'],
  ['src/host/planted.ts', '../agent/server.ts'],
  ['src/trial/planted.ts', '../report/table.ts'],
  ['src/trial/testing/planted.ts', '../../vitest/provider.ts'],
  ['src/report/planted.ts', '../vitest/provider.ts'],
  ['src/stats/planted.ts', '../calibration/levels.ts'],
  ['src/calibration/planted.ts', '../vitest/provider.ts'],
  ['src/trial/planted.ts', '../rates/knee.ts'],
  ['src/load/planted.ts', '../rates/knee.ts'],
  ['src/rates/planted.ts', '../vitest/provider.ts'],
] as const)('%s may not import %s', async ([file, specifier]) => {
  expect(await lint(file, specifier)).toContain('no-restricted-imports')
})

test.for([
  ['src/stats/planted.ts', '../record/units.ts'],
  ['src/agent/planted.ts', '../spop/frame.ts'],
  ['src/trial/planted.ts', '../haproxy/boot.ts'],
  ['src/report/planted.ts', '../trial/join.ts'],
  ['src/vitest/planted.ts', '../report/table.ts'],
] as const)('%s may import %s', async ([file, specifier]) => {
  expect(await lint(file, specifier)).not.toContain('no-restricted-imports')
})
