/** Finds an HAProxy for the bench, or fetches one. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { deriveSources, ownSources, parseOsRelease, type Distribution } from './apt-sources.ts'
import { readHostApt, type HostApt } from './apt.ts'
import type { HaproxyBinary } from './binary.ts'
import { cachedHaproxy, fillCache } from './cache.ts'
import { downloadHaproxy, type DownloadPlan } from './download.ts'
import { HaproxyError } from './haproxy-error.ts'
import { findHaproxy, namedHaproxy } from './installed.ts'
import { readReleaseCatalog, type ReleaseCatalog } from './release-catalog.ts'

export type { HaproxyBinary } from './binary.ts'

export interface ProvisionOptions {
  /** Such as `3.2`. Without it any release will do, and `default` of haproxy/releases.json is downloaded. */
  readonly release?: string
  /** Where downloads are kept, one folder per release. */
  readonly cacheDir: string
  /** The whole environment: HAPROXY_BIN, PATH, proxies. */
  readonly env: NodeJS.ProcessEnv
  readonly onProgress?: (line: string) => void
  readonly cancelSignal?: AbortSignal
}

/** A download, and its name in the cache. */
interface Candidate {
  readonly cacheName: string
  readonly plan: DownloadPlan
}

/**
 * `HAPROXY_BIN`, then PATH and the usual folders, then the cache, then a download from the host's own apt
 * mirror. Needs no root and changes nothing outside `cacheDir`.
 *
 * @throws HaproxyError UNSUITABLE (HAPROXY_BIN will not do), NOT_FOUND, CANCELLED
 */
export async function provisionHaproxy(options: ProvisionOptions): Promise<HaproxyBinary> {
  const { release, env } = options
  if (release !== undefined && !/^\d+\.\d+$/.test(release)) {
    throw new HaproxyError('NOT_FOUND', `expected a release of HAProxy such as 3.2, got "${release}"`)
  }
  const named = await namedHaproxy(env, release)
  if (named !== null) return named
  const { binary, rejected } = await findHaproxy(env, release)
  if (binary !== null) return binary
  return fromCacheOrMirror({ ...options, cacheDir: resolve(options.cacheDir) }, rejected)
}

async function fromCacheOrMirror(
  options: ProvisionOptions,
  rejected: readonly string[],
): Promise<HaproxyBinary> {
  const { release, cacheDir, env, cancelSignal, onProgress = () => {} } = options
  const catalog = await readReleaseCatalog()
  const distribution = parseOsRelease(await readFile('/etc/os-release', 'utf8').catch(() => ''))
  const names = release === undefined ? [...catalog.default, ownName(distribution)] : [release]
  for (const name of names) {
    const cached = await cachedHaproxy(cacheDir, name)
    if (cached !== null) return cached
  }
  const host = await readHostApt({ env, cancelSignal })
  const reasons = [...rejected, ...(host === null ? ['this host has no apt to download one with'] : [])]
  for (const { cacheName, plan } of host === null
    ? []
    : candidatesFor(release, catalog, host, distribution)) {
    try {
      return await fillCache(cacheDir, cacheName, (dir) =>
        downloadHaproxy(dir, plan, catalog, { env, cancelSignal }, onProgress),
      )
    } catch (error) {
      if (cancelSignal?.aborted === true) {
        throw new HaproxyError('CANCELLED', 'the download of HAProxy was cancelled', { cause: error })
      }
      const reason = error instanceof Error ? error.message : String(error)
      onProgress(`HAProxy ${plan.release ?? 'of this distribution'}: ${reason}`)
      reasons.push(reason)
    }
  }
  throw notFound(release, reasons, catalog)
}

function candidatesFor(
  release: string | undefined,
  catalog: ReleaseCatalog,
  { sources, architecture }: HostApt,
  distribution: Distribution,
): Candidate[] {
  const derived = (release === undefined ? catalog.default : [release]).flatMap((name) =>
    deriveSources(sources, distribution, catalog.releases[name]?.suites ?? []).map((list) => ({
      cacheName: name,
      plan: { release: name, sources: list, architecture },
    })),
  )
  const own = ownSources(sources, distribution)
  // Another distribution's mirror has no Debian suites, yet an HAProxy of its own.
  if (own.length === 0 || (release !== undefined && derived.length > 0)) return derived
  const plan = { release: release ?? null, sources: own, architecture }
  return [...derived, { cacheName: release ?? ownName(distribution), plan }]
}

function ownName({ id, codename }: Distribution): string {
  return `${id}-${codename}`
}

function notFound(
  release: string | undefined,
  reasons: readonly string[],
  catalog: ReleaseCatalog,
): HaproxyError {
  const known = Object.keys(catalog.releases).join(', ')
  return new HaproxyError(
    'NOT_FOUND',
    [
      `no usable HAProxy${release === undefined ? '' : ` ${release}`} on this machine, and none could be downloaded:`,
      ...reasons.map((reason) => `  - ${reason}`),
      ...(release === undefined || release in catalog.releases
        ? []
        : [`  - downloads are known for ${known}`]),
      'Install one, or set HAPROXY_BIN to one that you have:',
      '  Debian, Ubuntu: sudo apt install haproxy',
      '  Fedora:         sudo dnf install haproxy',
      '  macOS:          brew install haproxy',
    ].join('\n'),
  )
}
