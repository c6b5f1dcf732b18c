import { bootHaproxy, type BootOptions as BootHaproxyOptions, type Haproxy } from '../haproxy/boot.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import type { HaproxyArm } from '../haproxy/config.ts'
import type { ArmName } from '../record/plan.ts'
import type { Traffic } from '../record/traffic.ts'
import type { Allocation } from './allocation.ts'
import type { Cleanup } from './cleanup.ts'
import type { Stack } from './stack.ts'

export interface BootOptions {
  readonly caseId: string
  readonly allocation: Allocation
  readonly stack: Stack
  readonly binary: HaproxyBinary
  readonly nbthread: number
  /** Words to put before HAProxy's command, given its temporary folder. */
  readonly prefix: (dir: string) => readonly string[]
  readonly requestDeadlineMs: number
  /** As the plan has it. */
  readonly traffic?: Traffic | undefined
  /** Where the frontends listen, and from which port on. Default: free ports of 127.0.0.1. */
  readonly listen?: { readonly host: string; readonly firstPort?: number }
  /** Rounds through all ports after the first proof, to warm the threads. */
  readonly warmUpRounds: number
  readonly signal: AbortSignal
}

/** Agent, origin and HAProxy of one case, up and proven; disposing of it takes them down. */
export interface BootedCase extends AsyncDisposable {
  readonly haproxy: Haproxy
  /** Frontend port of each code. */
  readonly ports: readonly number[]
  /** From nothing to a first offloaded request that proved itself. */
  readonly bootMs: number
}

/** In what boots differ. */
export interface ArmsSetUp {
  /** Opens the listeners behind HAProxy and says where they are, and what else its configuration has. */
  readonly open: () => Promise<Omit<BootHaproxyOptions['config'], 'arms' | 'nbthread'>>
  readonly describe: (arm: ArmName) => Omit<HaproxyArm, 'name' | 'port'>
  /** Sends so many rounds through all ports; throws unless every offloaded request proves itself. */
  readonly prove: (ports: readonly number[], rounds: number) => Promise<void>
}

/** Rounds through all ports that prove a boot: one, or one for each request of the mix. */
export function provingRounds(traffic: Traffic | undefined): number {
  return traffic?.mix?.requests.length ?? 1
}

/** Boots HAProxy with a frontend for each port of the allocation, has it proven once, then warms the threads. */
export async function bootArms(
  options: BootOptions,
  { open, describe, prove }: ArmsSetUp,
  cleanup: Cleanup,
): Promise<Omit<BootedCase, typeof Symbol.asyncDispose>> {
  const { allocation, listen, warmUpRounds } = options
  const bootStart = performance.now()
  const config = await open()
  const names = allocation.armOfPort.map((_, code) => `port-${code}`)
  const haproxy = cleanup.use(
    await bootHaproxy({
      binary: options.binary,
      prefix: options.prefix,
      cancelSignal: options.signal,
      ...(listen?.firstPort === undefined ? {} : { firstPort: listen.firstPort }),
      config: {
        ...config,
        nbthread: options.nbthread,
        ...(listen === undefined ? {} : { listenHost: listen.host }),
        arms: allocation.armOfPort.map((arm, code) => ({ ...describe(arm), name: names[code] as string })),
      },
    }),
  )
  const ports = names.map((name) => haproxy.ports[name] as number)
  await prove(ports, provingRounds(options.traffic))
  const bootMs = performance.now() - bootStart
  if (warmUpRounds > 0) await prove(ports, warmUpRounds)
  return { haproxy, ports, bootMs }
}
