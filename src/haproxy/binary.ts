/** An HAProxy executable and what `haproxy -vv` says of it. */
import { execa } from 'execa'
import { createHash } from 'node:crypto'
import type { HaproxyRelease } from './config.ts'
import { HaproxyError } from './haproxy-error.ts'

export type HaproxySource = 'HAPROXY_BIN' | 'path' | 'download'

export interface HaproxyBinary {
  /** Absolute. */
  readonly path: string
  /** `X.Y.Z`. */
  readonly version: string
  readonly release: HaproxyRelease
  readonly source: HaproxySource
  /** `haproxy -vv` from its build options on: compiler, flags, features, libraries. */
  readonly buildOptions: string
  /** SHA-256 of `haproxy -vv` less what the machine adds to it: the running kernel, the number of cores. */
  readonly buildHash: string
}

/** What `haproxy -vv` says. Pure. */
export interface HaproxyBuild {
  readonly version: string
  readonly release: HaproxyRelease
  readonly buildOptions: string
  readonly buildHash: string
  /** What the bench needs and this build has not, in words; empty when it will do. */
  readonly missing: readonly string[]
}

/** Null where the text is not from HAProxy. */
export function parseBuild(text: string): HaproxyBuild | null {
  const version = /^HA-?Proxy version (\d+)\.(\d+)(?:\.(\d+)|-dev(\d+))/m.exec(text)
  if (version === null) return null
  const [, major = '', minor = '', patch] = version
  const own = text
    .replaceAll(/^(?:Running on: |Detected feature list).*\n/gm, '')
    .replace(/(MAX_THREADS=\d+), default=\d+/, '$1')
  return {
    version: `${major}.${minor}.${patch ?? '0'}`,
    release: { major: Number(major), minor: Number(minor) },
    buildOptions: own.slice(Math.max(0, own.indexOf('Build options'))).trim(),
    buildHash: createHash('sha256').update(own).digest('hex'),
    missing: [
      // From 3.5 on HAProxy can be built without SPOE.
      ...(/^\s*\[SPOE\] spoe\s*$/m.test(text) ? [] : ['the SPOE filter (built without USE_SPOE)']),
      ...(/^Available services\s*:.*\bprometheus-exporter\b/m.test(text)
        ? []
        : ['the Prometheus exporter (built without USE_PROMEX)']),
    ],
  }
}

/** Runs `haproxy -vv`. @throws HaproxyError UNSUITABLE */
export async function probeHaproxy(path: string, source: HaproxySource): Promise<HaproxyBinary> {
  const result = await execa(path, ['-vv'], { reject: false, timeout: 10_000, stdin: 'ignore' })
  const build = result.exitCode === 0 ? parseBuild(result.stdout) : null
  if (build === null) {
    const [said] = (result.stderr || result.stdout || result.originalMessage || 'nothing').split('\n')
    throw new HaproxyError('UNSUITABLE', `expected ${path} -vv to print HAProxy's version, got: ${said}`, {
      cause: result,
    })
  }
  if (build.missing.length > 0) {
    throw new HaproxyError(
      'UNSUITABLE',
      `expected HAProxy with SPOE and the Prometheus exporter; ${path} (${build.version}) lacks ` +
        `${build.missing.join(' and ')}: use another build`,
    )
  }
  const { missing: _, ...found } = build
  return { path, source, ...found }
}

/** What to call each of several binaries: its version, and `3.2.26 #2` for another build of the same one. */
export function nameBuilds(binaries: readonly Pick<HaproxyBinary, 'version'>[]): string[] {
  return binaries.map(({ version }, index) => {
    const before = binaries.slice(0, index).filter((one) => one.version === version).length
    return before === 0 ? version : `${version} #${before + 1}`
  })
}

/** What a record says of the binaries that it was made with. */
export function describeBuilds(
  binaries: readonly HaproxyBinary[],
): Pick<HaproxyBinary, 'version' | 'source' | 'buildHash'>[] {
  const names = nameBuilds(binaries)
  return binaries.map(({ source, buildHash }, index) => ({
    version: names[index] as string,
    source,
    buildHash,
  }))
}

/** `3.2` of `{ major: 3, minor: 2 }`. */
export function releaseName({ major, minor }: HaproxyRelease): string {
  return `${major}.${minor}`
}
