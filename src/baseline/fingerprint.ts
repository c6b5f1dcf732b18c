import { sha256 } from '../record/canonical.ts'
import type { Host } from '../record/host.ts'
import { hashMeasurement, type Plan } from '../record/plan.ts'

/** On what a run was measured, and what: all that decides whether its figures may be compared with another's. */
export interface Measured {
  readonly host: Host
  readonly plan: Plan
}

export type Scalar = string | number | boolean | null
export type Fingerprint = Record<string, Scalar>

interface Field {
  readonly name: string
  /** `must`: with another one nothing is compared. `warn`: it is compared, and said. */
  readonly rule: 'must' | 'warn'
  readonly read: (measured: Measured) => Scalar
  /** What it does to a latency. */
  readonly why: string
}

const ofHost =
  (name: string) =>
  ({ host }: Measured): Scalar =>
    host.fingerprint[name] ?? null

/** What has to be the same, and what may differ. Unknown is not the same as unknown. */
export const fingerprintTable: readonly Field[] = [
  { name: 'arch', rule: 'must', read: ofHost('arch'), why: 'other instructions' },
  { name: 'platform', rule: 'must', read: ofHost('platform'), why: 'another loopback and scheduler' },
  { name: 'cpuModel', rule: 'must', read: ofHost('cpuModel'), why: 'another speed' },
  { name: 'cores', rule: 'must', read: ofHost('cores'), why: 'who shares a core with whom' },
  { name: 'hypervisor', rule: 'must', read: ofHost('hypervisor'), why: 'how fast a sleeping core wakes' },
  {
    name: 'kernelVersion',
    rule: 'must',
    read: ofHost('kernelVersion'),
    why: 'another scheduler and network',
  },
  { name: 'haproxyVersion', rule: 'must', read: ({ host }) => host.haproxy.version, why: 'another SPOE' },
  { name: 'haproxyBuild', rule: 'must', read: ({ host }) => host.haproxy.buildHash, why: 'other options' },
  { name: 'nbthread', rule: 'must', read: ({ host }) => host.haproxy.nbthread, why: 'wakes between threads' },
  { name: 'nodeMajor', rule: 'must', read: ({ host }) => majorOf(host.node), why: 'another V8 and libuv' },
  { name: 'mode', rule: 'must', read: ({ host }) => host.keepAwake.mode, why: 'awake or as is' },
  {
    name: 'plan',
    rule: 'must',
    read: ({ plan }) => hashMeasurement(plan),
    why: 'other requests, other pace',
  },
  { name: 'kernelRelease', rule: 'warn', read: ofHost('kernelRelease'), why: 'fixes of one kernel line' },
  { name: 'nodeVersion', rule: 'warn', read: ({ host }) => host.node, why: 'fixes of one Node line' },
  { name: 'memoryBytes', rule: 'warn', read: ofHost('memoryBytes'), why: 'a machine that was resized' },
  { name: 'isContainer', rule: 'warn', read: ofHost('isContainer'), why: 'another network namespace' },
  { name: 'governor', rule: 'warn', read: ofHost('governor'), why: 'another frequency' },
  { name: 'clockSource', rule: 'warn', read: ofHost('clockSource'), why: 'what reading the clock takes' },
  { name: 'isCi', rule: 'warn', read: ofHost('isCi'), why: 'other neighbours' },
  { name: 'haproxySource', rule: 'warn', read: ({ host }) => host.haproxy.source, why: 'another package' },
  { name: 'haproxyCore', rule: 'warn', read: ({ host }) => host.keepAwake.haproxyCore, why: 'another core' },
  { name: 'nodeCore', rule: 'warn', read: ({ host }) => host.keepAwake.nodeCore, why: 'another core' },
  {
    name: 'packages',
    rule: 'warn',
    read: ({ host }) => packagesOf(host),
    why: 'what starts and paces a run',
  },
]

/** What a run's host says and no comparison looks at. */
export const notCompared: Readonly<Record<string, string>> = {
  loadAverage1min: 'of one moment; what it does shows in the placebo and in late starts',
  reason: 'why a machine is as is; that it is stands under mode',
}

/** What of a run is compared by this rule, in the order of the table. */
export function fingerprintOf(measured: Measured, rule: Field['rule']): Fingerprint {
  return Object.fromEntries(fieldsOf(rule).map(({ name, read }) => [name, read(measured)]))
}

/**
 * What forbids a comparison, the field named first.
 * @param stored what the baseline has of the fields that must match
 */
export function mismatchesOf(stored: Fingerprint, here: Fingerprint): string[] {
  return fieldsOf('must').flatMap(({ name }) => {
    const [there, now] = [stored[name] ?? null, here[name] ?? null]
    if (there !== null && now !== null) return there === now ? [] : [difference(name, there, now)]
    const where = there === null ? 'of the baseline' : 'here'
    return [`${name} is not known ${where}, and unknown is no match`]
  })
}

/** What may explain a difference. @param stored what a run of the baseline has of the fields that only warn */
export function warningsOf(stored: Fingerprint, here: Fingerprint): string[] {
  return fieldsOf('warn').flatMap(({ name }) => {
    const [there, now] = [stored[name] ?? null, here[name] ?? null]
    return there === now ? [] : [difference(name, there, now)]
  })
}

function fieldsOf(rule: Field['rule']): Field[] {
  return fingerprintTable.filter((field) => field.rule === rule)
}

function difference(name: string, there: Scalar, now: Scalar): string {
  return `${name} was ${show(there)}, here it is ${show(now)}`
}

/** A folder's name: what a reader wants to know, and a hash over everything that must match. */
export function fingerprintId(fingerprint: Fingerprint): string {
  const { arch, cores, haproxyVersion, nodeMajor, mode } = fingerprint
  const lines = fieldsOf('must').map(({ name }) => `${name}=${String(fingerprint[name] ?? null)}\n`)
  const words = [
    `${arch}-${cores}c`,
    `haproxy-${haproxyVersion}`,
    `node-${nodeMajor}`,
    mode,
    sha256(lines.join('')).slice(0, 8),
  ]
  return words.join('-').replaceAll(/[^\w.-]/g, '_')
}

function majorOf(version: string): number | null {
  const major = /^v?(\d+)/.exec(version)?.[1]
  return major === undefined ? null : Number(major)
}

function packagesOf({ packages }: Host): string {
  return Object.entries(packages)
    .map(([name, version]) => `${name} ${version}`)
    .toSorted()
    .join(', ')
}

function show(value: Scalar): string {
  return value === null
    ? 'not known'
    : /^[0-9a-f]{64}$/.test(String(value))
      ? String(value).slice(0, 12)
      : String(value)
}
