import { expect, test } from 'vitest'
import { takeFingerprint } from '../host/fingerprint.ts'
import { type Host, hostSchema } from '../record/host.ts'
import type { Plan } from '../record/plan.ts'
import {
  type Fingerprint,
  fingerprintId,
  fingerprintOf,
  fingerprintTable,
  mismatchesOf,
  notCompared,
  warningsOf,
} from './fingerprint.ts'
import { host, measured, plan } from './testing.ts'

const must = fingerprintOf(measured, 'must')
const warn = fingerprintOf(measured, 'warn')

/** Another host or plan for every field of the table: the measured thing changes, not its reading. */
const changed: Record<string, { host?: Host; plan?: Plan }> = {
  arch: ofHost({ arch: 'arm64' }),
  platform: ofHost({ platform: 'darwin' }),
  cpuModel: ofHost({ cpuModel: 'Another CPU' }),
  cores: ofHost({ cores: 4 }),
  hypervisor: ofHost({ hypervisor: 'none' }),
  kernelVersion: ofHost({ kernelVersion: '6.19' }),
  kernelRelease: ofHost({ kernelRelease: '6.18.5' }),
  memoryBytes: ofHost({ memoryBytes: 8e9 }),
  isContainer: ofHost({ isContainer: true }),
  governor: ofHost({ governor: 'powersave' }),
  clockSource: ofHost({ clockSource: 'hpet' }),
  isCi: ofHost({ isCi: true }),
  haproxyVersion: ofHaproxy({ version: '3.2.27' }),
  haproxyBuild: ofHaproxy({ buildHash: 'c'.repeat(64) }),
  nbthread: ofHaproxy({ nbthread: 2 }),
  haproxySource: ofHaproxy({ source: 'download' }),
  nodeMajor: { host: { ...host, node: 'v26.0.0' } },
  nodeVersion: { host: { ...host, node: 'v24.22.0' } },
  mode: { host: { ...host, keepAwake: { ...host.keepAwake, mode: 'as-is' } } },
  haproxyCore: { host: { ...host, keepAwake: { ...host.keepAwake, haproxyCore: 1 } } },
  nodeCore: { host: { ...host, keepAwake: { ...host.keepAwake, nodeCore: 0 } } },
  packages: { host: { ...host, packages: { vitest: '5.1.2' } } },
  plan: { plan: { ...plan, intervalMs: 4 } },
}

function ofHost(fields: Host['fingerprint']): { host: Host } {
  return { host: { ...host, fingerprint: { ...host.fingerprint, ...fields } } }
}
function ofHaproxy(fields: Partial<Host['haproxy']>): { host: Host } {
  return { host: { ...host, haproxy: { ...host.haproxy, ...fields } } }
}

function compare(other: { host?: Host; plan?: Plan }): { mismatches: string[]; warnings: string[] } {
  const here = { ...measured, ...other }
  return {
    mismatches: mismatchesOf(must, fingerprintOf(here, 'must')),
    warnings: warningsOf(warn, fingerprintOf(here, 'warn')),
  }
}

test('no field stops to forbid a comparison unnoticed', () => {
  expect(Object.keys(must)).toEqual([
    'arch',
    'platform',
    'cpuModel',
    'cores',
    'hypervisor',
    'kernelVersion',
    'haproxyVersion',
    'haproxyBuild',
    'nbthread',
    'nodeMajor',
    'mode',
    'plan',
  ])
})

test('the same machine and plan match, and nothing is said', () => {
  expect(compare({})).toEqual({ mismatches: [], warnings: [] })
})

test.for(fingerprintTable)('another $name: $rule, by its name', ({ name, rule }) => {
  const { mismatches, warnings } = compare(changed[name] ?? {})
  const [named, others] = rule === 'must' ? [mismatches, warnings] : [warnings, mismatches]
  expect(named).toEqual([expect.stringContaining(`${name} was `)])
  // Another major line of Node is another version of it too; nothing else goes together.
  expect(others.filter((text) => !(name === 'nodeMajor' && text.startsWith('nodeVersion')))).toEqual([])
})

test.for(fingerprintTable.filter(({ rule }) => rule === 'must'))(
  'an unknown $name matches nothing, not even itself',
  ({ name }) => {
    const unknown: Fingerprint = { ...must, [name]: null }
    expect(mismatchesOf(unknown, unknown)).toEqual([
      `${name} is not known of the baseline, and unknown is no match`,
    ])
    expect(mismatchesOf(must, unknown)).toEqual([`${name} is not known here, and unknown is no match`])
    const { [name]: _dropped, ...older } = must
    expect(mismatchesOf(older, must)).toHaveLength(1)
  },
)

test('every field that a host is described by is in the table, or in the list of those that are not compared', async () => {
  const described = [
    ...Object.keys(await takeFingerprint()),
    'packages',
    ...Object.keys(hostSchema.shape.keepAwake.shape),
  ]
  const known = [...fingerprintTable.map(({ name }) => name), ...Object.keys(notCompared)]
  expect(described.filter((name) => !known.includes(name))).toEqual([])
  // Four of HAProxy, and what else a host has besides fingerprint and keepAwake.
  expect(Object.keys(hostSchema.shape.haproxy.shape)).toHaveLength(4)
  expect(Object.keys(hostSchema.shape)).toEqual([
    'schema',
    'fingerprint',
    'haproxy',
    'node',
    'packages',
    'keepAwake',
  ])
})

test('plans that measure the same have one hash, others another', () => {
  const hash = (other: Partial<Plan>): unknown =>
    fingerprintOf({ host, plan: { ...plan, ...other } }, 'must')['plan']
  const own = hash({})
  const { decoy: _decoy, ...withoutDecoy } = plan
  expect(fingerprintOf({ host, plan: withoutDecoy }, 'must')['plan']).toBe(own)
  const beside = { ...plan.cases[0]!, id: 'beside', isJudged: false }
  for (const same of [
    { runId: 'other', startedAt: '2027-01-01T00:00:00.000Z' },
    { code: { version: '9', hash: 'f' } },
    { marginMs: 1, rules: ['other words'] },
    { cases: [...plan.cases, beside] },
  ])
    expect(hash(same)).toBe(own)
  const [first, ...others] = plan.cases as [Plan['cases'][number], ...Plan['cases']]
  for (const other of [
    { condition: 'sequential' as const },
    { arms: ['bypass' as const, 'offload' as const] },
    { jitterMs: 0 },
    { cases: others },
    { cases: [...others, first] },
    { cases: [{ ...first, requests: 101 }, ...others] },
    { cases: [{ ...first, latencyMs: 2 }, ...others] },
    { cases: [{ ...first, warmUpBlocks: 1 }, ...others] },
  ])
    expect(hash(other)).not.toBe(own)
})

test('the folder has a name that can be read, another one for every field that must match', () => {
  expect(fingerprintId(must)).toMatch(/^x64-2c-haproxy-3\.2\.26-node-24-awake-[0-9a-f]{8}$/)
  const ids = fingerprintTable
    .filter(({ rule }) => rule === 'must')
    .map(({ name }) => fingerprintId(fingerprintOf({ ...measured, ...changed[name] }, 'must')))
  expect(new Set([fingerprintId(must), ...ids]).size).toBe(ids.length + 1)
  expect(fingerprintId({ ...must, arch: '../x' })).not.toContain('/')
})
