/** The HAProxys that tests run against. */
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { releaseName, type HaproxyBinary } from './binary.ts'
import { cachedHaproxy } from './cache.ts'
import { findHaproxy, namedHaproxy } from './installed.ts'
import { provisionHaproxy } from './provision.ts'
import { readReleaseCatalog } from './release-catalog.ts'

export const testCacheDir = fileURLToPath(new URL('../../.cache/haproxy', import.meta.url))

export interface HaproxysAtHand {
  /** At least one, the oldest release first. */
  readonly binaries: readonly HaproxyBinary[]
  /** The oldest and the newest of them, for what the dialect decides (speaksSpop); one where there is one. */
  readonly ends: readonly HaproxyBinary[]
  /** For a test's name: what it runs against, and which known releases are not here. */
  readonly label: string
}

/** HAPROXY_BIN, PATH and every release in the cache; where there is none the default one is provisioned. */
export async function haproxysAtHand(): Promise<HaproxysAtHand> {
  const entries = await readdir(testCacheDir).catch(() => [])
  const found = await Promise.all([
    namedHaproxy(process.env, undefined),
    findHaproxy(process.env, undefined).then(({ binary }) => binary),
    ...entries.filter((name) => !name.startsWith('.')).map((name) => cachedHaproxy(testCacheDir, name)),
  ])
  const byVersion = new Map(
    found.flatMap((binary) => (binary === null ? [] : [[binary.version, binary] as const])),
  )
  const binaries =
    byVersion.size > 0
      ? [...byVersion.values()].toSorted((a, b) =>
          a.version.localeCompare(b.version, 'en', { numeric: true }),
        )
      : [await provisionHaproxy({ cacheDir: testCacheDir, env: process.env })]
  const releases = new Set(binaries.map(({ release }) => releaseName(release)))
  const missing = Object.keys((await readReleaseCatalog()).releases).filter((name) => !releases.has(name))
  const versions = binaries.map(({ version }) => version).join(', ')
  return {
    binaries,
    ends: binaries.length < 3 ? binaries : [binaries.at(0)!, binaries.at(-1)!],
    label: `HAProxy ${versions}${missing.length === 0 ? '' : `; not here: ${missing.join(', ')}`}`,
  }
}

/** Folders of this process's boots that are still there. */
export async function leftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => name.startsWith(`spoe-bench-${process.pid}-`))
    .map((name) => join(folder, name))
}

/** A zombie has ended: its new parent may take its time, or never ask. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return process.platform !== 'linux'
  }
}
