import { HaproxyError } from './haproxy-error.ts'
import { provisionHaproxy, type HaproxyBinary, type ProvisionOptions } from './provision.ts'
import { readReleaseCatalog } from './release-catalog.ts'

/**
 * Every release of haproxy/releases.json that this host can have, and the one that HAPROXY_BIN names if that is
 * none of them; one of each version, the oldest first. What cannot be had is said and left out.
 *
 * @throws HaproxyError NOT_FOUND where none can be had; UNSUITABLE, CANCELLED
 */
export async function provisionReleases(
  options: Omit<ProvisionOptions, 'release'>,
): Promise<readonly HaproxyBinary[]> {
  const { HAPROXY_BIN: named = '', ...env } = options.env
  const found: HaproxyBinary[] = named === '' ? [] : [await provisionHaproxy(options)]
  const reasons: string[] = []
  for (const release of Object.keys((await readReleaseCatalog()).releases)) {
    try {
      found.push(await provisionHaproxy({ ...options, env, release }))
    } catch (error) {
      if (!(error instanceof HaproxyError) || error.code !== 'NOT_FOUND') throw error
      options.onProgress?.(`HAProxy ${release} is not to be had here, and is left out`)
      reasons.push(error.message)
    }
  }
  if (found.length === 0) throw new HaproxyError('NOT_FOUND', reasons.join('\n'))
  const byVersion = new Map(found.toReversed().map((binary) => [binary.version, binary]))
  return [...byVersion.values()].toSorted((a, b) =>
    a.version.localeCompare(b.version, 'en', { numeric: true }),
  )
}
