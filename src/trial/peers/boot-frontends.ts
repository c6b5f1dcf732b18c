import { bootHaproxy, type BootOptions, type Haproxy } from '../../haproxy/boot.ts'
import { proofAbsent } from '../../haproxy/config.ts'
import { answeredAddress } from '../../host/name-server.ts'
import type { Mode } from '../../record/plan.ts'
import { createRandom, deriveKey } from '../../record/random.ts'
import { loopback } from '../boot-case.ts'
import type { Cleanup } from '../cleanup.ts'
import type { Stack } from '../stack.ts'
import type { Machine } from '../trial.ts'
import { type PeerFrontend, score } from './measure-latency.ts'
import { bypassName } from './peer.ts'

export interface FrontendsOptions {
  readonly stack: Stack
  readonly machine: Machine
  readonly mode: Mode
  /** Which arm gets which port derives from it. */
  readonly seed: Uint8Array
  /** Beside bypass; every one that offloads has an agent of its own. */
  readonly arms: BootOptions['config']['arms']
  readonly signal: AbortSignal
}

/** An agent that dies must not hold requests up for HAProxy's minute. */
const processingTimeoutMs = 5_000

/** Boots one HAProxy in front of the stack's origin, with a frontend for each arm and one past SPOE. */
export async function bootFrontends(
  { stack, machine, mode, seed, arms, signal }: FrontendsOptions,
  cleanup: Cleanup,
): Promise<{ readonly haproxy: Haproxy; readonly frontends: readonly PeerFrontend[] }> {
  const originPort = await stack.origin.call('open')
  cleanup.defer(() => stack.origin.call('close'))
  const all: typeof arms = [{ name: bypassName, offload: false }, ...arms]
  const haproxy = cleanup.use(
    await bootHaproxy({
      binary: machine.binary,
      prefix: (dir) => machine.haproxyPrefix(dir, mode),
      random: createRandom(deriveKey(seed, 'ports')),
      cancelSignal: signal,
      config: {
        nbthread: machine.nbthread,
        // The discard port: nobody is meant to be asked there.
        agentAddress: { host: loopback, port: 9 },
        originAddress: { host: loopback, port: originPort },
        provenBy: 'score',
        processingTimeoutMs,
        arms: all,
      },
    }),
  )
  const frontends = all.map(({ name, offload, lookupAt }): PeerFrontend => ({
    name,
    port: haproxy.ports[name] as number,
    isOffload: offload,
    proof: offload ? score : lookupAt === undefined ? proofAbsent : answeredAddress,
  }))
  return { haproxy, frontends }
}
