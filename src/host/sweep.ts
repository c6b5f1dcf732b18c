import type { Stats } from 'node:fs'
import { lstat, readFile, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, sep } from 'node:path'
import { ownerFileName, parseOwnerRecord } from './owner.ts'
import { livenessOf } from './process-identity.ts'
import { type ProcessEntry, readProcessTable } from './process-table.ts'

const folderPrefix = 'spoe-bench-'
const ownerlessAgeMs = 60 * 60 * 1_000

/** In words, for a person: the path of a folder, or `HAProxy, process 4711`. */
export type SweptItem = string

/**
 * Removes the temporary folders of runs that are dead, and ends an HAProxy that still runs from one of them.
 * Only folders of our own user; one without an owner record has to be an hour old, one from another
 * container is left alone.
 * @param bases where to look; default: the system's temporary folder, and /tmp for short socket paths
 */
export async function sweepStale(
  bases: readonly string[] = [tmpdir(), '/tmp'],
): Promise<readonly SweptItem[]> {
  const folders = await findStaleFolders(bases)
  if (folders.length === 0) return []
  const swept: SweptItem[] = []
  for (const { pid } of readProcessTable().filter((entry) => runsFrom(entry, folders))) {
    if (kill(pid)) swept.push(`HAProxy, process ${pid}`)
  }
  for (const folder of folders) {
    const isRemoved = await rm(folder, { recursive: true, force: true }).then(
      () => true,
      () => false,
    )
    if (isRemoved) swept.push(folder)
  }
  return swept
}

async function findStaleFolders(bases: readonly string[]): Promise<readonly string[]> {
  const visited = new Set<string>()
  const stale: string[] = []
  for (const base of bases) {
    const resolved = await realpath(base).catch(() => base)
    if (visited.has(resolved)) continue
    visited.add(resolved)
    const names = await readdir(base).catch(() => [])
    for (const name of names.filter((candidate) => candidate.startsWith(folderPrefix))) {
      const folder = join(base, name)
      if (await isStale(folder)) stale.push(folder)
    }
  }
  return stale
}

async function isStale(folder: string): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined)
  // A link can lead anywhere, and a folder of somebody else can turn into one under our hands.
  if (!stats?.isDirectory() || !isOurs(stats)) return false
  const text = await readFile(join(folder, ownerFileName), 'utf8').catch(() => undefined)
  const owner = text === undefined ? undefined : parseOwnerRecord(text)
  return owner ? livenessOf(owner) === 'dead' : Date.now() - stats.mtimeMs > ownerlessAgeMs
}

function isOurs(stats: Stats): boolean {
  return process.getuid === undefined || stats.uid === process.getuid()
}

/** An haproxy, started directly or through a dynamic loader, with a configuration file in such a folder. */
function runsFrom({ words }: ProcessEntry, folders: readonly string[]): boolean {
  const program = basename(words[0] ?? '')
  const isHaproxy =
    program === 'haproxy' || (/^ld[-.]/.test(program) && words.some((word) => basename(word) === 'haproxy'))
  return isHaproxy && words.some((word, index) => words[index - 1] === '-f' && isInside(word, folders))
}

function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder + sep))
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
