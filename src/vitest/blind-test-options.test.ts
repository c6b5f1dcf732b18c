import { expect, test } from 'vitest'
import { readBlindTestOptions } from './blind-test-options.ts'

test('options are the variables of the launcher, paths from their folder', () => {
  const { env, handler } = readBlindTestOptions(
    {
      agent: { command: './my-spoa -p {port}' },
      spoe: { file: 'my.spoe.cfg', engine: 'mine' },
      proof: ['txn.my.score', 'sess.my.seen'],
      rules: '/etc/rules.cfg',
      event: 'on-http-response',
      connection: 'keep-alive',
      requests: 'mix.json',
      addsAtMost: { ms: 2.5 },
      blocks: 400,
      haproxy: '3.2',
      asIs: true,
    },
    'blindTest',
    '/home/me',
  )
  expect(env).toEqual({
    SPOE_BENCH_AGENT_CMD: './my-spoa -p {port}',
    SPOE_BENCH_SPOE_CONFIG: '/home/me/my.spoe.cfg',
    SPOE_BENCH_ENGINE: 'mine',
    SPOE_BENCH_PROOF_VARS: 'txn.my.score sess.my.seen',
    SPOE_BENCH_RULES: '/etc/rules.cfg',
    SPOE_BENCH_EVENT: 'on-http-response',
    SPOE_BENCH_CONNECTION: 'keep-alive',
    SPOE_BENCH_REQUESTS: '/home/me/mix.json',
    SPOE_BENCH_MARGIN_MS: '2.5',
    SPOE_BENCH_BLOCKS: '400',
    SPOE_BENCH_HAPROXY: '3.2',
    SPOE_BENCH_AS_IS: '1',
  })
  expect(handler).toBeNull()
})

test('a handler is handed on, what is not said is no variable', () => {
  const handler = (): [] => []
  expect(readBlindTestOptions({ agent: { handler } }, 'blindTest', '/')).toEqual({ env: {}, handler })
})

const agent = { address: '127.0.0.1:9000' }

test.for([
  [undefined, 'Expected mine to have an object of options, such as { agent: { command: '],
  [{}, "Expected agent of mine to be { command: './my-spoa -p {port}' }, { address: '127.0.0.1:9000' } or"],
  [{ agent: { command: 1 } }, 'or { handler }, got {"command":1}.'],
  [{ agent: { ...agent, command: 'x' } }, 'Expected agent of mine to be'],
  [
    { agent, margin: 2 },
    'Expected mine to have options that there are, got "margin"; there are agent, spoe,',
  ],
  [{ agent, spoe: { file: 'a', scope: 'b' } }, 'to have options that there are, got "spoe.scope".'],
  [
    { agent, proof: [] },
    "Expected proof of mine to be a variable such as 'txn.my.score', or a list of them, got [].",
  ],
  [
    { agent, addsAtMost: { ms: 0 } },
    'Expected addsAtMost of mine to be a margin such as { ms: 10 }, got {"ms":0}.',
  ],
  [{ agent, blocks: 1.5 }, 'Expected blocks of mine to be a whole number above 0, got 1.5.'],
  [
    { agent, event: 'on-request' },
    "Expected event of mine to be an event such as 'on-frontend-http-request', got",
  ],
  [{ agent, haproxy: 3.2 }, "Expected haproxy of mine to be a release such as '3.2', got 3.2."],
] as const)('%j: one sentence', ([value, sentence]) => {
  expect(() => readBlindTestOptions(value, 'mine', '/')).toThrow(sentence)
})
