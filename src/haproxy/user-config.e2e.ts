import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { HaproxyBinary } from './binary.ts'
import { checkWithHaproxy } from './check-config.ts'
import { defaultProof, defaultSpoeFile } from './default-spoe.ts'
import { findEngine } from './spoe-file.ts'
import { haproxysAtHand, leftovers } from './testing.ts'

const { binaries } = await haproxysAtHand()
// HAProxy has to find a file whose path has a blank.
const folder = mkdtempSync(join(tmpdir(), 'spoe user files '))
afterAll(() => rmSync(folder, { recursive: true }))

function check(binary: HaproxyBinary, spoe: string, rules: readonly string[] = []): Promise<void> {
  const spoeFile = join(folder, 'my-spoe.cfg')
  writeFileSync(spoeFile, spoe)
  const engine = findEngine(spoe, spoeFile, null)
  const user = { spoeFile, engine, rules, proofVariables: [defaultProof] }
  return checkWithHaproxy({ binary, user, rulesFile: join(folder, 'rules.cfg') })
}

test.for(binaries)('HAProxy $version takes the default file, and rules with a group', async (binary) => {
  const spoe = defaultSpoeFile(binary.release)
  await expect(check(binary, spoe)).resolves.toBeUndefined()
  const groups = spoe
    .replace('messages check-client-ip', 'groups lookups')
    .replace('    event on-client-session\n', '')
  await expect(
    check(binary, `${groups}\nspoe-group lookups\n    messages check-client-ip\n`, [
      '# by hand',
      'http-request send-spoe-group ip-reputation lookups',
    ]),
  ).resolves.toBeUndefined()
  expect(await leftovers(tmpdir())).toEqual([])
})

test.for(binaries)('HAProxy $version: what is wrong is told with file and line', async (binary) => {
  const spoe = defaultSpoeFile(binary.release)
  await expect(check(binary, spoe.replace('option var-prefix', 'optoin var-prefix'))).rejects.toMatchObject({
    code: 'USER_CONFIG',
    message: expect.stringMatching(
      /^Expected HAProxy [\d.]+ to take your configuration; my-spoe\.cfg, line 4: .*'optoin'.*\n {4}4 \| optoin var-prefix iprep$/,
    ),
  })
  await expect(check(binary, spoe, ['', 'http-request dney if FALSE'])).rejects.toMatchObject({
    message: expect.stringMatching(/rules\.cfg, line 2: .*dney.*\n {4}2 \| http-request dney if FALSE$/),
  })
  await expect(
    check(binary, spoe.replace('    messages check-client-ip\n', '    messages other\n')),
  ).rejects.toThrow(/'other'/)
})
