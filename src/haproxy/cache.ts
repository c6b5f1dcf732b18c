/**
 * The folder of downloaded HAProxys: `<cacheDir>/<name>/{haproxy,root/,manifest.json}`.
 *
 * An entry is filled under another name and renamed when it is whole: an interrupted download is never
 * taken for one, and of two processes at once the later one uses what the earlier one made.
 */
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { probeHaproxy, type HaproxyBinary } from './binary.ts'

/** What an entry was made of; written last. */
export interface Manifest {
  /** `X.Y.Z` */
  readonly version: string
  readonly architecture: string
  readonly suites: readonly string[]
  /** The first is HAProxy's own; sha256 of the .deb. */
  readonly packages: readonly { readonly name: string; readonly version: string; readonly sha256: string }[]
}

export const wrapperName = 'haproxy'
export const manifestName = 'manifest.json'
const partialPrefix = '.partial-'
const staleMs = 10 * 60_000

/** Null where there is none, or one that does not run. */
export async function cachedHaproxy(cacheDir: string, name: string): Promise<HaproxyBinary | null> {
  const entry = join(cacheDir, name)
  try {
    const manifest: Manifest = JSON.parse(await readFile(join(entry, manifestName), 'utf8'))
    const binary = await probeHaproxy(join(entry, wrapperName), 'download')
    return binary.version === manifest.version ? binary : null
  } catch {
    return null
  }
}

/** Fills the entry `name` with what `fill` puts into the folder it is given. */
export async function fillCache(
  cacheDir: string,
  name: string,
  fill: (dir: string) => Promise<void>,
): Promise<HaproxyBinary> {
  await mkdir(cacheDir, { recursive: true })
  await sweepPartials(cacheDir)
  const partial = await mkdtemp(join(cacheDir, `${partialPrefix}${process.pid}-`))
  try {
    await fill(partial)
    // mkdtemp leaves it to the owner alone, who may be another user than the next one.
    await chmod(partial, 0o755)
    await putInPlace(cacheDir, name, partial)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return probeHaproxy(join(cacheDir, name, wrapperName), 'download')
}

async function putInPlace(cacheDir: string, name: string, partial: string): Promise<void> {
  const entry = join(cacheDir, name)
  try {
    await rename(partial, entry)
  } catch (error) {
    if (!isTaken(error)) throw error
    if ((await cachedHaproxy(cacheDir, name)) !== null) return
    const broken = await mkdtemp(join(cacheDir, `${partialPrefix}${process.pid}-`))
    await rename(entry, join(broken, 'entry'))
    await rename(partial, entry)
    await rm(broken, { recursive: true, force: true })
  }
}

/** Removes what downloads left that were killed. */
async function sweepPartials(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const pid = new RegExp(`^\\${partialPrefix}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const path = join(cacheDir, name)
    // A cache shared between containers holds pids of others: their downloads are not that old.
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
    if (age > staleMs) await rm(path, { recursive: true, force: true })
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
