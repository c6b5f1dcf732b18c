import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashFiles, identifyCode, listCode } from './code-identity.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
let base: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'code-identity-'))
  for (const folder of ['src/trial/testing', 'bench', 'fixtures']) {
    mkdirSync(join(base, folder), { recursive: true })
  }
  for (const file of [
    'package-lock.json',
    'vitest.config.ts',
    'fixtures/published.json',
    'src/launcher.mjs',
    'src/trial/join.ts',
    'src/trial/join.test.ts',
    'src/trial/trial.e2e.ts',
    'src/trial/testing.ts',
    'src/trial/testing/made.ts',
    'bench/matrix.bench.ts',
  ]) {
    writeFileSync(join(base, file), file)
  }
})
afterEach(() => rmSync(base, { recursive: true }))

test('sources, bench files and lockfile count, tests do not', () => {
  expect(listCode(base)).toEqual([
    'bench/matrix.bench.ts',
    'fixtures/published.json',
    'package-lock.json',
    'src/launcher.mjs',
    'src/trial/join.ts',
    'vitest.config.ts',
  ])
})

test.for(['src/trial/join.ts', 'package-lock.json', 'bench/matrix.bench.ts'])(
  'a byte more in %s is another hash',
  (file) => {
    const before = hashFiles(base, listCode(base))
    writeFileSync(join(base, file), `${file} `)
    expect(hashFiles(base, listCode(base))).not.toBe(before)
  },
)

test('sha256sum of the same files, hashed once more, is the same hash', async () => {
  const { stdout } = await execa('sha256sum', listCode(root), { cwd: root, stripFinalNewline: false })
  const again = await execa('sha256sum', { input: stdout })
  expect(identifyCode().hash).toBe(again.stdout.split(' ')[0])
})
