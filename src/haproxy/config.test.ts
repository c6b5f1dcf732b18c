import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { renderHaproxyConfig, renderSeedConfig, type HaproxyConfigOptions } from './config.ts'
import { renderOutageConfig } from './outage-config.ts'
import type { UserConfig } from './user-config.ts'

const options: HaproxyConfigOptions = {
  release: { major: 3, minor: 2 },
  arms: [
    { name: 'bypass', port: 20_001, offload: false },
    { name: 'offload', port: 20_002, offload: true },
    { name: 'decoy', port: 20_003, offload: true },
  ],
  agentAddress: { host: '127.0.0.1', port: 20_004 },
  originAddress: { host: '127.0.0.1', port: 20_005 },
  exporterPort: 20_006,
  paths: { statsSocket: '/run/bench/stats.sock', spoeConf: '/run/bench/spoe.conf' },
}

/** The lines of each section, under its head line. */
function sectionsOf(text: string): Map<string, string[]> {
  return new Map(
    text.split('\n\n').map((section) => {
      const [head = '', ...lines] = section.trim().split('\n')
      return [head, lines.map((line) => line.trim())]
    }),
  )
}

test.each([
  ['up-to-3.0', { major: 2, minor: 6 }],
  ['up-to-3.0', { major: 3, minor: 0 }],
  ['from-3.1', { major: 3, minor: 1 }],
  ['from-3.1', { major: 3, minor: 4 }],
  ['from-3.1', { major: 4, minor: 0 }],
])('the golden files haproxy/%s are what the generator prints for %o', async (folder, release) => {
  const golden = (name: string): Promise<string> =>
    readFile(new URL(`../../haproxy/${folder}/${name}`, import.meta.url), 'utf8')
  expect(renderSeedConfig(release)).toEqual({
    haproxyCfg: await golden('haproxy.cfg'),
    spoeConf: await golden('iprep.conf'),
  })
})

test.each([
  ['up-to-3.0', { major: 3, minor: 0 }],
  ['from-3.1', { major: 3, minor: 1 }],
])('the golden files haproxy/outage/%s are what the generator prints for %o', async (folder, release) => {
  const golden = (name: string): Promise<string> =>
    readFile(new URL(`../../haproxy/outage/${folder}/${name}`, import.meta.url), 'utf8')
  expect(renderOutageConfig(release, false)).toEqual({
    haproxyCfg: await golden('haproxy.cfg'),
    spoeConf: await golden('outage.conf'),
  })
  expect(renderOutageConfig(release, true).haproxyCfg).toBe(await golden('checked.cfg'))
})

test('arms differ in the filter line, the name and the port alone', () => {
  const sections = sectionsOf(renderHaproxyConfig(options).haproxyCfg)
  const arms = options.arms.map(({ name }) => sections.get(`frontend ${name}`) ?? [])
  const filters = arms.map((lines) => lines.filter((line) => line.startsWith('filter ')))
  const rest = arms.map((lines) => lines.filter((line) => !/^(?:filter|bind) /.test(line)))
  expect(filters).toEqual([
    [],
    ['filter spoe engine ip-reputation-offload config /run/bench/spoe.conf'],
    ['filter spoe engine ip-reputation-decoy config /run/bench/spoe.conf'],
  ])
  expect(rest[0]).toHaveLength(4)
  expect(rest[1]).toEqual(rest[0])
  expect(rest[2]).toEqual(rest[0])
})

test('an arm that looks a name up does so after the rules of every arm, and is proven by the answer', () => {
  const echo = { name: 'echo', port: 20_008, offload: false, lookupAt: { host: '198.18.0.2', port: 53 } }
  const sections = sectionsOf(renderHaproxyConfig({ ...options, arms: [...options.arms, echo] }).haproxyCfg)
  const bypass = sections.get('frontend bypass') ?? []
  expect((sections.get('frontend echo') ?? []).filter((line) => !bypass.includes(line))).toEqual([
    'bind 127.0.0.1:20008',
    'http-request do-resolve(txn.iprep.found,names-echo,ipv4) rand(1000000000),concat(.example)',
    'http-request set-header x-spoe-proof %[var(txn.iprep.found)]',
  ])
  expect(sections.get('resolvers names-echo')).toEqual([
    'nameserver names 198.18.0.2:53',
    'resolve_retries 1',
    'timeout retry 5s',
  ])
})

test('the control arm waits after the rules of every arm, and says how long', () => {
  const arms = [...options.arms, { name: 'control', port: 20_007, offload: false, pauseMs: 10 }]
  const sections = sectionsOf(renderHaproxyConfig({ ...options, arms }).haproxyCfg)
  const bypass = sections.get('frontend bypass') ?? []
  const control = sections.get('frontend control') ?? []
  expect(control.filter((line) => !bypass.includes(line))).toEqual([
    'bind 127.0.0.1:20007',
    'http-request set-var(txn.iprep.paused) date(0,us)',
    'http-request pause 10ms',
    'http-request set-header x-spoe-proof wait-%[date(0,us),sub(txn.iprep.paused)]',
  ])
})

test('every engine has a backend of its own, after the last frontend', () => {
  const { haproxyCfg, spoeConf } = renderHaproxyConfig(options)
  const heads = [...sectionsOf(haproxyCfg).keys()]
  expect(heads.filter((head) => head.startsWith('backend agents'))).toEqual([
    'backend agents-offload',
    'backend agents-decoy',
  ])
  const lastFrontend = heads.findLastIndex((head) => head.startsWith('frontend'))
  expect(heads.findIndex((head) => head.startsWith('backend agents'))).toBeGreaterThan(lastFrontend)
  expect(spoeConf.match(/^ +use-backend .*$/gm)).toEqual([
    '    use-backend agents-offload',
    '    use-backend agents-decoy',
  ])
})

test('an arm can have an agent of its own', () => {
  const arms = [
    { name: 'ours', port: 20_001, offload: true },
    { name: 'theirs', port: 20_002, offload: true, agentAddress: { host: '127.0.0.1', port: 20_009 } },
  ]
  const sections = sectionsOf(renderHaproxyConfig({ ...options, arms }).haproxyCfg)
  expect(sections.get('backend agents-ours')).toContain('server agent 127.0.0.1:20004')
  expect(sections.get('backend agents-theirs')).toContain('server agent 127.0.0.1:20009')
})

test('where the score is the proof it is forgotten with every request, in every arm', () => {
  const { haproxyCfg, spoeConf } = renderHaproxyConfig({ ...options, provenBy: 'score' })
  const sections = sectionsOf(haproxyCfg)
  // HAProxy's example agent takes no message with more arguments.
  expect(spoeConf).toContain('args ip=src\n')
  for (const { name } of options.arms) {
    const rules = sections.get(`frontend ${name}`)?.filter((line) => line.startsWith('http-request ')) ?? []
    expect(rules.slice(0, 2)).toEqual([
      'http-request set-var(txn.score) var(sess.iprep.ip_score)',
      'http-request unset-var(sess.iprep.ip_score)',
    ])
    expect(rules.at(-1)).toBe('http-request set-header x-spoe-proof %[var(txn.score,none)]')
  }
})

/** The lines of one agents backend. */
function agentsLines(changes: Partial<HaproxyConfigOptions>): string[] {
  const { haproxyCfg } = renderHaproxyConfig({ ...options, ...changes })
  return sectionsOf(haproxyCfg).get('backend agents-decoy') ?? []
}

test('the agents backend speaks SPOP from 3.1 on, and is checked only on request', () => {
  expect(agentsLines({ release: { major: 3, minor: 0 } })).toContain('mode tcp')
  expect(agentsLines({ release: { major: 3, minor: 1 } })).toContain('mode spop')
  expect(agentsLines({})).toContain('server agent 127.0.0.1:20004')
  expect(agentsLines({})).not.toContain('option spop-check')
  expect(agentsLines({ agentsCheck: true })).toContain('server agent 127.0.0.1:20004 check')
  expect(agentsLines({ agentsCheck: true })).toContain('option spop-check')
})

test('only with a port for the log is anything logged, and the clock read around the event', () => {
  const plain = renderHaproxyConfig(options)
  expect(plain.haproxyCfg + plain.spoeConf).not.toMatch(/log global|log-format|date\(|set-process-time/)
  const logged = renderHaproxyConfig({ ...options, logPort: 20_007 })
  const offload = sectionsOf(logged.haproxyCfg).get('frontend offload') ?? []
  const before = offload.findIndex((line) => line.startsWith('tcp-request content set-var'))
  const after = offload.findIndex((line) => line.startsWith('http-request set-var'))
  expect(before).toBeGreaterThan(0)
  expect(after).toBeGreaterThan(before)
  expect(sectionsOf(logged.haproxyCfg).get('global')).toContain('log 127.0.0.1:20007 format raw local0')
  expect(logged.spoeConf.match(/^ +log global$/gm)).toHaveLength(2)
})

test('times are printed in the largest exact unit', () => {
  const { haproxyCfg, spoeConf } = renderHaproxyConfig({
    ...options,
    timeouts: { clientMs: 90_000, connectMs: 250, serverMs: 120_000 },
    processingTimeoutMs: 200,
  })
  expect(sectionsOf(haproxyCfg).get('defaults')).toEqual([
    'timeout client  90s',
    'timeout connect 250ms',
    'timeout server  2m',
  ])
  expect(spoeConf).toContain('timeout processing 200ms\n')
})

test.each(['a b', '', 'exporter', 'webservers', 'agents-x', 'a\nuser root'])(
  'an arm cannot be called %j',
  (name) => {
    const arms = [{ name, port: 20_001, offload: true }]
    expect(() => renderHaproxyConfig({ ...options, arms })).toThrow(RangeError)
  },
)

test('two arms cannot share a name', () => {
  const arms = [1, 2].map((port) => ({ name: 'a', port, offload: false }))
  expect(() => renderHaproxyConfig({ ...options, arms })).toThrow('unique arm name')
})

test('arms with files of their own differ in the file, the backend and its agent alone', () => {
  const userOf = (side: string): UserConfig => ({
    spoeFile: `/run/${side}.cfg`,
    engine: { scope: 'mine', agent: 'a', backend: `agents-${side}`, events: ['on-frontend-http-request'] },
    rules: ['http-request set-header x-score %[var(txn.mine.score)]'],
    proofVariables: ['txn.mine.score'],
  })
  const sides = ['base', 'candidate']
  const { haproxyCfg, spoeConf } = renderHaproxyConfig({
    ...options,
    user: userOf('base'),
    arms: sides.map((side, index) => ({
      name: `port-${index}`,
      port: 20_001 + index,
      offload: true,
      agentAddress: { host: '127.0.0.1', port: 20_010 + index },
      user: userOf(side),
    })),
  })
  expect(spoeConf).toBe('')
  const sections = sectionsOf(haproxyCfg)
  const [base = [], candidate = []] = [0, 1].map((index) => sections.get(`frontend port-${index}`))
  expect(base).toContain('filter spoe engine mine config /run/base.cfg')
  expect(base.map((line) => line.replace('base', 'candidate').replace('20001', '20002'))).toEqual(candidate)
  const agents = sides.map((side) => sections.get(`backend agents-${side}`)?.at(-1))
  expect(agents).toEqual(['server agent 127.0.0.1:20010', 'server agent 127.0.0.1:20011'])
})
