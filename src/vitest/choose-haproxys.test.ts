import { delimiter } from 'node:path'
import { expect, test } from 'vitest'
import { chooseHaproxys, type HaproxyChoice } from './choose-haproxys.ts'

const rates = { SPOE_BENCH_SUITE: 'rates' }
const several = { HAPROXY_BIN: ['/a', '/b'].join(delimiter) }

test.for<[NodeJS.ProcessEnv, HaproxyChoice]>([
  [{}, {}],
  [rates, {}],
  [{ ...rates, HAPROXY_BIN: '/a' }, {}],
  [{ ...rates, ...several }, { releases: [] }],
  [{ ...rates, ...several, SPOE_BENCH_RELEASES: '3.4' }, { releases: ['3.4'] }],
  [{ ...rates, SPOE_BENCH_HAPROXY: '3.2', HAPROXY_BIN: '/a' }, { release: '3.2' }],
  [{ SPOE_BENCH_SUITE: 'outage' }, { releases: null }],
  [{ SPOE_BENCH_SUITE: 'outage', SPOE_BENCH_HAPROXY: '3.2' }, { release: '3.2' }],
])('%o: %o', ([env, choice]) => {
  expect(chooseHaproxys(env)).toEqual(choice)
})

test.for<[NodeJS.ProcessEnv, string]>([
  [
    { SPOE_BENCH_HAPROXY: '3.2', SPOE_BENCH_RELEASES: '3.4' },
    '--haproxy, one release, or --releases, got both',
  ],
  [{ SPOE_BENCH_HAPROXY: '3.2', ...several }, 'several HAProxys by name, got 3.2 and 2'],
])('%o contradicts itself', ([env, said]) => {
  expect(() => chooseHaproxys({ ...rates, ...env })).toThrow(said)
})
