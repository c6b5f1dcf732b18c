/** One HAProxy from an apt mirror, unpacked beside its libraries. Needs no root and installs nothing. */
import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { access, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AptSource } from './apt-sources.ts'
import { PrivateApt, type AptContext } from './apt.ts'
import { probeHaproxy, releaseName } from './binary.ts'
import { manifestName, wrapperName, type Manifest } from './cache.ts'
import { closeOver, type DebPackage } from './deb-packages.ts'
import { HaproxyError } from './haproxy-error.ts'
import type { Loader, ReleaseCatalog } from './release-catalog.ts'

export interface DownloadPlan {
  /** Null: whatever the sources have. */
  readonly release: string | null
  readonly sources: readonly AptSource[]
  readonly architecture: string
}

/** Fills `dir` with the wrapper, the unpacked packages and the manifest. @throws HaproxyError DOWNLOAD_FAILED */
export async function downloadHaproxy(
  dir: string,
  { release, sources, architecture }: DownloadPlan,
  catalog: ReleaseCatalog,
  context: AptContext,
  onProgress: (line: string) => void,
): Promise<void> {
  const loader = catalog.loaders[architecture]
  if (loader === undefined) {
    throw failed(`a machine of ${Object.keys(catalog.loaders).join(' or ')}, got "${architecture}"`)
  }
  const suites = sources.map(({ suite }) => suite)
  const label = `HAProxy ${release ?? 'of this distribution'}`
  const aptDir = join(dir, 'apt')
  const apt = await PrivateApt.create(aptDir, context)

  onProgress(`${label}: reading the package lists of ${suites.join(', ')}`)
  await apt.update(sources)
  const packages = await choose(apt, release, suites, catalog)

  const [haproxy] = packages
  onProgress(
    `${label}: downloading ${haproxy?.name} ${haproxy?.version} and ${packages.length - 1} libraries`,
  )
  const debs = await apt.download(packages)
  const root = join(dir, 'root')
  await mkdir(root)
  await unpack(debs, packages, root, context)
  await rm(aptDir, { recursive: true, force: true })
  await rm(join(root, 'usr', 'share'), { recursive: true, force: true })

  const wrapper = join(dir, wrapperName)
  const loaderPath = await findLoader(root, loader)
  await checkLibraries(root, loaderPath, loader, context)
  await writeFile(wrapper, wrapperScript(loaderPath, loader))
  await chmod(wrapper, 0o755)
  const { version, release: got } = await probeHaproxy(wrapper, 'download')
  if (release !== null && releaseName(got) !== release) {
    throw failed(`HAProxy ${release} in package ${haproxy?.version}, got ${version}`)
  }
  const manifest: Manifest = {
    version,
    architecture,
    suites,
    packages: packages.map(({ name, version: deb, sha256 }) => ({ name, version: deb, sha256 })),
  }
  await writeFile(join(dir, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
  onProgress(`${label}: ${version} is ready`)
}

/** The newest HAProxy of the release, and its libraries. */
async function choose(
  apt: PrivateApt,
  release: string | null,
  suites: readonly string[],
  catalog: ReleaseCatalog,
): Promise<DebPackage[]> {
  const versions = await apt.versions(catalog.package)
  const wanted = versions.find((version) => release === null || debRelease(version) === release)
  const [haproxy] = wanted === undefined ? [] : await apt.show([`${catalog.package}=${wanted}`])
  if (haproxy === undefined) {
    const has = versions.length === 0 ? 'no HAProxy' : versions.join(', ')
    throw failed(`HAProxy ${release ?? ''} in ${suites.join(', ')}; the mirror has ${has} there`)
  }
  return closeOver(haproxy, new RegExp(catalog.follow), (names) => apt.show(names))
}

/** `3.2` of `1:3.2.26-1~bpo1`. */
function debRelease(version: string): string | undefined {
  return /^(?:\d+:)?(\d+\.\d+)\./.exec(version)?.[1]
}

async function unpack(
  folder: string,
  packages: readonly DebPackage[],
  root: string,
  { env, cancelSignal }: AptContext,
): Promise<void> {
  const expected = new Set(packages.map(({ sha256 }) => sha256))
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    if (!expected.delete(sha256))
      throw failed(`the SHA-256 of a package that was asked for, got ${sha256} in ${name}`)
    await execa('dpkg-deb', ['-x', path, root], {
      env,
      extendEnv: false,
      ...(cancelSignal && { cancelSignal }),
    })
  }
  if (expected.size > 0) throw failed(`${packages.length} packages, got ${packages.length - expected.size}`)
}

/** Path of the loader inside the root: suites differ in whether /lib is a link to /usr/lib. */
async function findLoader(root: string, { triplet, loader }: Loader): Promise<string> {
  for (const folder of [`usr/lib/${triplet}`, `lib/${triplet}`]) {
    const path = `${folder}/${loader}`
    const isThere = await access(join(root, path)).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  throw failed(`the loader ${loader} among the unpacked libraries`)
}

/** A library that is not among the unpacked ones would be taken from the host, where there may be none. */
async function checkLibraries(
  root: string,
  loaderPath: string,
  { triplet }: Loader,
  { env }: AptContext,
): Promise<void> {
  const libraryPath = [`usr/lib/${triplet}`, `lib/${triplet}`].map((folder) => join(root, folder)).join(':')
  const args = ['--library-path', libraryPath, '--list', join(root, 'usr/sbin/haproxy')]
  const { stdout } = await execa(join(root, loaderPath), args, { env, extendEnv: false, reject: false })
  const foreign = [...stdout.matchAll(/^\s*(\S+) => (\S+)/gm)].flatMap(([, name = '', path = '']) =>
    path.startsWith(root) ? [] : [name],
  )
  if (foreign.length > 0)
    throw failed(`all libraries among the unpacked ones, got none for ${foreign.join(', ')}`)
}

/** Relative to itself, so that the folder may be moved. `--argv0` brings a re-exec back through it. */
function wrapperScript(loaderPath: string, { triplet }: Loader): string {
  return `#!/bin/sh
self=$0
[ ! -L "$self" ] || self=$(readlink -f -- "$self")
root="\${self%/*}/root"
exec "$root/${loaderPath}" --argv0 "$self" \\
  --library-path "$root/usr/lib/${triplet}:$root/lib/${triplet}" "$root/usr/sbin/haproxy" "$@"
`
}

function failed(expectation: string): HaproxyError {
  return new HaproxyError('DOWNLOAD_FAILED', `expected ${expectation}`)
}
