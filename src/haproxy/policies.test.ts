import { expect, test } from 'vitest'
import { renderHaproxyConfig, type HaproxyConfigOptions } from './config.ts'
import { outageArms } from './outage-config.ts'

const options: HaproxyConfigOptions = {
  release: { major: 3, minor: 2 },
  arms: outageArms.map((arm, index) => ({ ...arm, port: 20_001 + index })),
  agentAddress: { host: '127.0.0.1', port: 20_010 },
  originAddress: { host: '127.0.0.1', port: 20_011 },
  exporterPort: 20_012,
  paths: { statsSocket: '/run/bench/stats.sock', spoeConf: '/run/bench/spoe.conf' },
}

function linesOf(text: string, head: string): string[] {
  const [, ...lines] =
    text
      .split('\n\n')
      .find((section) => section.includes(`${head}\n`))
      ?.trim()
      .split('\n') ?? []
  return lines.map((line) => line.trim())
}

test('the rule of a policy is all that an arm has beside the others', () => {
  const { haproxyCfg } = renderHaproxyConfig(options)
  const bypass = linesOf(haproxyCfg, 'frontend bypass').filter((line) => !line.startsWith('bind'))
  const own = (arm: string): string[] =>
    linesOf(haproxyCfg, `frontend ${arm}`).filter(
      (line) => !bypass.includes(line) && !/^(?:bind|filter) /.test(line),
    )
  expect(own('pass')).toEqual([
    'http-request set-header x-spoe-proof error-%[var(txn.iprep.err)] if { var(txn.iprep.err) -m found }',
  ])
  expect(own('deny-on-error')).toEqual([
    'http-request deny deny_status 403 if { var(txn.iprep.err) -m found }',
  ])
  expect(own('deny-without-verdict')).toEqual([
    'http-request deny deny_status 403 if !{ var(txn.iprep.proof) -m found }',
  ])
})

test('the error has a variable and the wait an end of its own for every arm', () => {
  const { spoeConf } = renderHaproxyConfig(options)
  expect(spoeConf.match(/option set-on-error err/g)).toHaveLength(3)
  expect(spoeConf.match(/timeout processing \w+/g)).toEqual([
    'timeout processing 300ms',
    'timeout processing 100ms',
    'timeout processing 100ms',
  ])
})

test('no policy, no option: other benches have the configuration that they had', () => {
  const arms = [{ name: 'offload', port: 20_001, offload: true }]
  const { haproxyCfg, spoeConf } = renderHaproxyConfig({ ...options, arms })
  expect(haproxyCfg + spoeConf).not.toMatch(/set-on-error|deny|error-/)
})

test('how often an agent is checked can be said', () => {
  const checked = { ...options, agentsCheck: true, agentsCheckIntervalMs: 100 }
  expect(linesOf(renderHaproxyConfig(checked).haproxyCfg, 'backend agents-pass')).toContain(
    'server agent 127.0.0.1:20010 check inter 100ms fall 2 rise 2',
  )
})
