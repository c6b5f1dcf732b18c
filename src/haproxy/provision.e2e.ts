import { mkdtemp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HaproxyBinary, nameBuilds, probeHaproxy, releaseName } from './binary.ts'
import { findHaproxy } from './installed.ts'
import { provisionHaproxy } from './provision.ts'
import { provisionReleases } from './provision-releases.ts'
import { haproxysAtHand, testCacheDir } from './testing.ts'

const { binaries, label } = await haproxysAtHand()

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spoe-provision-'))
})
afterEach(async () => {
  await rm(dir, { recursive: true })
})

/** A release that nobody has: what is asked for cannot be found by chance. */
const noRelease = '0.9'

describe(`on ${label}`, () => {
  test.for(binaries)('HAPROXY_BIN names $version, and that is what it gets', async (binary) => {
    const env = { HAPROXY_BIN: binary.path }
    const found = await provisionHaproxy({ cacheDir: dir, env })
    expect(found).toEqual({ ...binary, source: 'HAPROXY_BIN' })
  })

  test('HAPROXY_BIN names several to compare; all of them stay, in the place of releases of their versions', async () => {
    const paths = [...binaries, binaries[0]!].map(({ path }) => path)
    const env = { ...process.env, HAPROXY_BIN: paths.toReversed().join(delimiter) }
    const releases = [releaseName(binaries.at(-1)!.release)]
    const found = await provisionReleases({ cacheDir: testCacheDir, env, releases })
    const named = (binary: HaproxyBinary): HaproxyBinary => ({ ...binary, source: 'HAPROXY_BIN' })
    expect(found).toEqual([binaries[0]!, ...binaries].map(named))
    expect(nameBuilds(found)[1]).toBe(`${binaries[0]!.version} #2`)
  })

  test('a release that is named has to be there; of those that nobody named some may not be', async () => {
    const [binary] = binaries
    const release = releaseName(binary!.release)
    const env = { PATH: join(dir, 'empty'), [`HAPROXY_BIN_${release.replace('.', '_')}`]: binary!.path }
    const named = provisionReleases({ cacheDir: dir, env, releases: [release, noRelease] })
    await expect(named).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(`(${release}, ${noRelease}), and ${noRelease} is not to be had here`),
    })
    const found = await provisionReleases({ cacheDir: dir, env })
    expect(found.map(({ version }) => version)).toContain(binary!.version)
  })

  test('no release and none by name is none at all', async () => {
    const env = { ...process.env, HAPROXY_BIN: '' }
    await expect(provisionReleases({ cacheDir: dir, env, releases: [] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test.for(binaries)('$version is found on PATH, through a link', async (binary) => {
    await symlink(binary.path, join(dir, 'haproxy'))
    const { binary: found } = await findHaproxy({ PATH: dir }, releaseName(binary.release), [])
    expect(found).toEqual({ ...binary, source: 'path', path: join(dir, 'haproxy') })
  })

  test.for(binaries)('$version is found in one of the usual folders', async (binary) => {
    const { binary: found } = await findHaproxy({ PATH: dir }, undefined, [dirname(binary.path)])
    expect(found).toEqual({ ...binary, source: 'path' })
  })

  test.for(binaries)('$version is not taken for another release', async (binary) => {
    const search = await findHaproxy({ PATH: dirname(binary.path) }, noRelease, [])
    expect(search).toEqual({
      binary: null,
      rejected: [`${binary.path} is ${binary.version}, not ${noRelease}`],
    })
    const named = provisionHaproxy({ release: noRelease, cacheDir: dir, env: { HAPROXY_BIN: binary.path } })
    await expect(named).rejects.toMatchObject({
      code: 'UNSUITABLE',
      message: expect.stringContaining(
        `expected HAProxy ${noRelease}, and HAPROXY_BIN names ${binary.version}`,
      ),
    })
  })

  test.for(binaries)(
    'for a picked release HAPROXY_BIN_x_y comes before HAPROXY_BIN: $version',
    async (binary) => {
      const release = releaseName(binary.release)
      const env = { HAPROXY_BIN: '/nonexistent', [`HAPROXY_BIN_${release.replace('.', '_')}`]: binary.path }
      const found = await provisionHaproxy({ release, cacheDir: dir, env })
      expect(found.path).toBe(binary.path)
    },
  )
})

test.each([
  ['/nonexistent/haproxy', 'ENOENT'],
  ['/bin/true', "expected /bin/true -vv to print HAProxy's version"],
])('HAPROXY_BIN=%s is refused', async (path, reason) => {
  await expect(provisionHaproxy({ cacheDir: dir, env: { HAPROXY_BIN: path } })).rejects.toMatchObject({
    code: 'UNSUITABLE',
    message: expect.stringContaining(reason),
  })
})

test('a build without SPOE and exporter is refused by what it lacks', async () => {
  const path = join(dir, 'haproxy')
  await writeFile(path, '#!/bin/sh\necho "HAProxy version 3.5.1 2026/11/01"\n', { mode: 0o755 })
  await expect(probeHaproxy(path, 'path')).rejects.toMatchObject({
    code: 'UNSUITABLE',
    message: expect.stringMatching(/3\.5\.1.* lacks the SPOE filter .* and the Prometheus exporter/),
  })
  const { binary, rejected } = await findHaproxy({ PATH: dir }, undefined, [])
  expect(binary).toBeNull()
  expect(rejected).toHaveLength(1)
})

test('without apt the error names the ways to install HAProxy', async () => {
  const env = { PATH: join(dir, 'empty') }
  await expect(provisionHaproxy({ release: noRelease, cacheDir: dir, env })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringMatching(
      /no usable HAProxy 0\.9.*no apt.*sudo apt install haproxy.*sudo dnf install haproxy.*brew install haproxy/s,
    ),
  })
})

test('a mirror that does not answer is an error, and leaves nothing in the cache', async () => {
  const cacheDir = join(dir, 'cache')
  await mkdir(cacheDir)
  const configPath = join(dir, 'apt.conf')
  await writeFile(
    configPath,
    'Acquire::http::Proxy "http://127.0.0.1:1";\nAcquire::https::Proxy "http://127.0.0.1:1";\n',
  )
  const env = { ...process.env, HAPROXY_BIN: '', APT_CONFIG: configPath }
  const options = { release: noRelease, cacheDir, env }
  await expect(provisionHaproxy(options)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(readdir(cacheDir)).resolves.toEqual([])
})

test('a release is a number with one dot', async () => {
  const options = { release: '3', cacheDir: dir, env: {} }
  await expect(provisionHaproxy(options)).rejects.toThrow('such as 3.2, got "3"')
})
