import type { HaproxyBinary } from '../../haproxy/binary.ts'
import type { Host } from '../../record/host.ts'
import type { Machine } from '../trial.ts'

/** This machine as it is, with an HAProxy, where a test is not about either. */
export function testHost({ version, source, buildHash }: HaproxyBinary): Host {
  return {
    schema: 'spoe-bench/host/1',
    fingerprint: {},
    haproxy: { version, source, buildHash, nbthread: 1 },
    node: process.version,
    packages: {},
    keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
  }
}

/** HAProxy alone, with nothing around it. */
export function testMachine(binary: HaproxyBinary): Machine {
  return { binary, nbthread: 1, haproxyPrefix: () => [], enter: async () => {} }
}
