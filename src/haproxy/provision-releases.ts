import { delimiter } from 'node:path'
import { HaproxyError } from './haproxy-error.ts'
import { provisionHaproxy, type HaproxyBinary, type ProvisionOptions } from './provision.ts'
import { readReleaseCatalog } from './release-catalog.ts'

export interface ProvisionReleasesOptions extends Omit<ProvisionOptions, 'release'> {
  /** Such as `['3.2', '3.4']`, all of which there must be. Default: those of haproxy/releases.json that there are. */
  readonly releases?: readonly string[]
}

/**
 * Every release that this host can have, and all that HAPROXY_BIN names, several of them between colons as in
 * PATH; the oldest first. What is named comes in the place of a release of the same version, and all of it
 * stays: builds of one version may be compared. A release that nobody named and that cannot be had is said and left out.
 *
 * @throws HaproxyError NOT_FOUND where none can be had, or one that was named; UNSUITABLE, CANCELLED
 */
export async function provisionReleases(
  options: ProvisionReleasesOptions,
): Promise<readonly HaproxyBinary[]> {
  const { HAPROXY_BIN: list = '', ...env } = options.env
  const named: HaproxyBinary[] = []
  for (const path of list.split(delimiter).filter((each) => each !== '')) {
    named.push(await provisionHaproxy({ ...options, env: { ...env, HAPROXY_BIN: path } }))
  }
  const found = new Map<string, HaproxyBinary>()
  const reasons: string[] = []
  for (const release of options.releases ?? Object.keys((await readReleaseCatalog()).releases)) {
    try {
      const binary = await provisionHaproxy({ ...options, env, release })
      if (!named.some(({ version }) => version === binary.version)) found.set(binary.version, binary)
    } catch (error) {
      if (!(error instanceof HaproxyError) || error.code !== 'NOT_FOUND') throw error
      if (options.releases !== undefined) {
        throw new HaproxyError(
          'NOT_FOUND',
          `expected every release that is named (${options.releases.join(', ')}), and ${release} is not to be had here: ` +
            error.message,
          { cause: error },
        )
      }
      options.onProgress?.(`HAProxy ${release} is not to be had here, and is left out`)
      reasons.push(error.message)
    }
  }
  const all = [...named, ...found.values()]
  if (all.length === 0) {
    throw new HaproxyError(
      'NOT_FOUND',
      reasons.join('\n') || 'expected a release or an HAProxy by name, got none',
    )
  }
  return all.toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))
}
