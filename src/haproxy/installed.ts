/** HAProxys that are on this machine already. */
import { access, constants, realpath } from 'node:fs/promises'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { probeHaproxy, releaseName, type HaproxyBinary } from './binary.ts'
import { HaproxyError } from './haproxy-error.ts'

/** Distributions put it into an sbin folder, which a user's PATH often lacks. */
const usualFolders = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/sbin',
  '/usr/local/bin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/bin',
]

/**
 * The one that HAPROXY_BIN names (for a release, HAPROXY_BIN_3_2 comes first); null where none is named.
 *
 * @throws HaproxyError UNSUITABLE where what is named will not do: it was named on purpose.
 */
export async function namedHaproxy(
  env: NodeJS.ProcessEnv,
  release: string | undefined,
): Promise<HaproxyBinary | null> {
  const variables = [
    ...(release === undefined ? [] : [`HAPROXY_BIN_${release.replace('.', '_')}`]),
    'HAPROXY_BIN',
  ]
  const variable = variables.find((name) => (env[name] ?? '') !== '')
  if (variable === undefined) return null
  const binary = await probeHaproxy(resolve(env[variable] ?? ''), 'HAPROXY_BIN')
  if (release !== undefined && releaseName(binary.release) !== release) {
    throw new HaproxyError(
      'UNSUITABLE',
      `expected HAProxy ${release}, and ${variable} names ${binary.version} (${binary.path}): ` +
        `name another one, or unset ${variable}`,
    )
  }
  return binary
}

export interface Search {
  readonly binary: HaproxyBinary | null
  /** What was found and would not do, and why. */
  readonly rejected: readonly string[]
}

/** The first usable one on PATH, then in the usual folders. */
export async function findHaproxy(
  env: NodeJS.ProcessEnv,
  release: string | undefined,
  folders: readonly string[] = usualFolders,
): Promise<Search> {
  const rejected: string[] = []
  const seen = new Set<string>()
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  for (const folder of [...onPath, ...folders]) {
    const path = join(folder, 'haproxy')
    const real = await executable(path)
    if (real === null || seen.has(real)) continue
    seen.add(real)
    try {
      const binary = await probeHaproxy(path, 'path')
      if (release === undefined || releaseName(binary.release) === release) return { binary, rejected }
      rejected.push(`${path} is ${binary.version}, not ${release}`)
    } catch (error) {
      if (!(error instanceof HaproxyError)) throw error
      rejected.push(error.message)
    }
  }
  return { binary: null, rejected }
}

async function executable(path: string): Promise<string | null> {
  try {
    await access(path, constants.X_OK)
    return await realpath(path)
  } catch {
    return null
  }
}
