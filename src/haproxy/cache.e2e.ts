import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cachedHaproxy, fillCache, manifestName, wrapperName } from './cache.ts'
import { haproxysAtHand } from './testing.ts'

const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1)
if (binary === undefined) throw new Error('expected an HAProxy to test with')

let cacheDir = ''
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'spoe-cache-'))
})
afterEach(async () => {
  await rm(cacheDir, { recursive: true })
})

/** An entry that runs the HAProxy at hand. */
async function fill(dir: string): Promise<void> {
  await writeFile(join(dir, wrapperName), `#!/bin/sh\nexec "${binary?.path}" "$@"\n`, { mode: 0o755 })
  await writeFile(join(dir, manifestName), JSON.stringify({ version: binary?.version }))
}

async function fillHalf(dir: string): Promise<void> {
  await fill(dir)
  throw new Error('the mirror went away')
}

test('what was filled is found again', async () => {
  const filled = await fillCache(cacheDir, '3.2', fill)
  expect(filled).toMatchObject({ path: join(cacheDir, '3.2', wrapperName), version: binary.version })
  await expect(cachedHaproxy(cacheDir, '3.2')).resolves.toEqual(filled)
  await expect(readdir(cacheDir)).resolves.toEqual(['3.2'])
})

test('a fill that fails leaves nothing', async () => {
  await expect(fillCache(cacheDir, '3.2', fillHalf)).rejects.toThrow('the mirror went away')
  await expect(readdir(cacheDir)).resolves.toEqual([])
})

test('of two at once both get a whole entry', async () => {
  const both = await Promise.all([fillCache(cacheDir, '3.2', fill), fillCache(cacheDir, '3.2', fill)])
  expect(both[0]).toEqual(both[1])
  await expect(readdir(cacheDir)).resolves.toEqual(['3.2'])
})

test.each([
  ['has no manifest', undefined, undefined],
  ['has half a manifest', '{"version":', undefined],
  ['names another version', '{"version":"0.9.0"}', undefined],
  ['does not run', '{"version":"3.2.0"}', '#!/bin/sh\nexit 127\n'],
])('an entry that %s is not believed, and replaced', async (_, manifest, wrapper) => {
  const entry = join(cacheDir, '3.2')
  await mkdir(entry)
  await fill(entry)
  await rm(join(entry, manifestName))
  if (manifest !== undefined) await writeFile(join(entry, manifestName), manifest)
  if (wrapper !== undefined) await writeFile(join(entry, wrapperName), wrapper)
  await expect(cachedHaproxy(cacheDir, '3.2')).resolves.toBeNull()
  await fillCache(cacheDir, '3.2', fill)
  await expect(cachedHaproxy(cacheDir, '3.2')).resolves.not.toBeNull()
  await expect(readdir(cacheDir)).resolves.toEqual(['3.2'])
})

test('old partial downloads of dead processes are swept, others are not', async () => {
  const deadPid = 4_194_304 // Linux gives out none that high.
  const names = {
    dead: `.partial-${deadPid}-aaaaaa`,
    recent: `.partial-${deadPid}-bbbbbb`,
    alive: `.partial-${process.pid}-cccccc`,
  }
  for (const name of Object.values(names)) await mkdir(join(cacheDir, name))
  for (const name of [names.dead, names.alive]) await utimes(join(cacheDir, name), 1, 1)
  await fillCache(cacheDir, '3.2', fill)
  expect((await readdir(cacheDir)).toSorted()).toEqual([names.recent, names.alive, '3.2'].toSorted())
})
