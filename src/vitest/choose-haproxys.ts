import { delimiter } from 'node:path'
import { TrialError } from '../trial/trial-error.ts'
import { parseReleases } from '../trial/versions/options.ts'

/** Which HAProxys a suite measures: one, of a release or as it is found, or several, null for every release that is known. */
export type HaproxyChoice = { readonly release?: string } | { readonly releases: readonly string[] | null }

/** They compare releases; of the others that take several each is asked for by name. */
const suitesOfReleases = ['exporter', 'outage', 'versions']

/**
 * Reads SPOE_BENCH_SUITE, _HAPROXY, _RELEASES, and of HAPROXY_BIN whether it names several.
 * @throws {TrialError} `usage` where these contradict each other
 */
export function chooseHaproxys(env: NodeJS.ProcessEnv): HaproxyChoice {
  const { SPOE_BENCH_SUITE: suite = '', SPOE_BENCH_HAPROXY: release, HAPROXY_BIN: named = '' } = env
  const releases = parseReleases(env['SPOE_BENCH_RELEASES'])
  const paths = named.split(delimiter).filter((each) => each !== '')
  if (release !== undefined && releases !== null) {
    throw new TrialError('usage', 'Expected --haproxy, one release, or --releases, got both.')
  }
  if (release !== undefined && paths.length > 1) {
    throw new TrialError(
      'usage',
      `Expected --haproxy or several HAProxys by name, got ${release} and ${paths.length}.`,
    )
  }
  if (release !== undefined) return { release }
  if (releases !== null) return { releases }
  if (suitesOfReleases.includes(suite)) return { releases: null }
  // One release takes minutes there: several are asked for by name.
  return suite === 'rates' && paths.length > 1 ? { releases: [] } : {}
}
