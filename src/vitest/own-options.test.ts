import { expect, test } from 'vitest'
import { TrialError } from '../trial/trial-error.ts'
import { readOwnOptions } from './own-options.ts'

const agent = { SPOE_BENCH_AGENT: 'x:1' }

test.for<[NodeJS.ProcessEnv, string]>([
  [{}, 'got neither'],
  [{ ...agent, SPOE_BENCH_AGENT_CMD: 'x {port}' }, 'got both'],
  [
    { ...agent, SPOE_BENCH_MARGIN_MS: 'few' },
    '--margin-ms to be a number of milliseconds above 0, got "few"',
  ],
  [{ ...agent, SPOE_BENCH_MARGIN_MS: '1e999' }, '--margin-ms to be a number of milliseconds above 0'],
  [{ ...agent, SPOE_BENCH_CONNECTION: 'close' }, '--connection to be new or keep-alive, got "close"'],
  [{ ...agent, SPOE_BENCH_REQUESTS: 'none.json' }, '--requests to be a file that can be read, got /'],
  [{ ...agent, SPOE_BENCH_EVENT: 'on-request' }, 'one of on-client-session, on-frontend-tcp-request, '],
  [
    { ...agent, SPOE_BENCH_EVENT: 'on-http-response', SPOE_BENCH_SPOE_CONFIG: 'x' },
    '--event without --spoe-config',
  ],
  [{ ...agent, SPOE_BENCH_ENGINE: 'mine' }, '--engine together with --spoe-config'],
  [{ ...agent, SPOE_BENCH_SPOE_CONFIG: 'no-such.cfg' }, '--spoe-config to be a file that can be read, got /'],
])('%j is refused in one sentence', ([env, sentence]) => {
  const read = (): unknown => readOwnOptions({ SPOE_BENCH_SUITE: 'own', ...env })
  expect(read).toThrow(TrialError)
  expect(read).toThrow(/^Expected [^\n]*$/)
  expect(read).toThrow(sentence)
})

test('another suite reads none', () => {
  expect(readOwnOptions({ SPOE_BENCH_SUITE: 'matrix' })).toBeNull()
})
