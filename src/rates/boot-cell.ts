import { setTimeout as delay } from 'node:timers/promises'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { bootHaproxy, type Haproxy } from '../haproxy/boot.ts'
import { scoreAbsent, scorePath } from '../haproxy/config.ts'
import type { RatesCell, Stretch } from '../record/rates.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { loopback } from '../trial/boot-case.ts'
import { type Cleanup, openWithCleanup } from '../trial/cleanup.ts'
import { TrialError } from '../trial/trial-error.ts'
import type { RatesStack } from './rates-stack.ts'

/** Where a code stands for an arm. */
export const ratesArms = ['bypass', 'offload'] as const
export type RatesArm = (typeof ratesArms)[number]

/** Bodies with and without the agent's score. */
export const scoredBody = '50'
export const unscoredBody = scoreAbsent

export interface BootCellOptions {
  readonly cell: Omit<RatesCell, 'rates' | 'capacity'>
  /** The arm behind each code. */
  readonly armOfCode: readonly RatesArm[]
  readonly binary: HaproxyBinary
  readonly stack: RatesStack
  readonly prefix: (dir: string) => readonly string[]
  readonly key: Uint8Array
  readonly signal: AbortSignal
}

/** How one frontend is loaded for a while. */
export interface LoopDesign {
  readonly ratePerSecond: number
  readonly warmUpMs: number
  readonly windowMs: number
  readonly drainMs: number
  readonly maxInFlight?: number
}

export interface Loaded {
  /** All of a stretch but its place in the plan. */
  readonly seen: Omit<Stretch, 'cell' | 'round' | 'rate' | 'code'>
  readonly agentErrors: readonly string[]
}

/** HAProxy and agent of one cell, up; disposing of it takes them down. */
export interface BootedCell extends AsyncDisposable {
  /** @throws {TrialError} `case` where HAProxy died, `interrupted` */
  load(code: number, design: LoopDesign, key: Uint8Array): Promise<Loaded>
}

/** What the agent takes longer for is past every use; SPOE then lets the request through without a score. */
const processingTimeoutMs = 5_000
const warmConnections = 16
/** Nothing asked for so long: HAProxy has nothing left. It gives up a message after the processing timeout. */
const quietMs = 200
const settleMs = 2 * processingTimeoutMs

export function bootCell(options: BootCellOptions): Promise<BootedCell> {
  return openWithCleanup((cleanup) => boot(options, cleanup))
}

async function boot(options: BootCellOptions, cleanup: Cleanup): Promise<BootedCell> {
  const { cell, stack, signal } = options
  const agentPort = await stack.agent.call('open', cell.isPipelined)
  cleanup.defer(() => stack.agent.call('close'))
  const haproxy = cleanup.use(
    await bootHaproxy({
      binary: options.binary,
      prefix: options.prefix,
      random: createRandom(deriveKey(options.key, 'ports')),
      cancelSignal: signal,
      config: {
        nbthread: cell.nbthread,
        event: cell.event,
        sendsHeaders: cell.headerBytes > 0,
        // As many again: connections that are being closed count as long as they are.
        maxConnections: Math.max(1500, 2 * ratesArms.length * cell.maxInFlight),
        processingTimeoutMs,
        provenBy: 'score',
        agentAddress: { host: loopback, port: agentPort },
        // Nobody is sent there: HAProxy answers.
        originAddress: { host: loopback, port: 9 },
        arms: options.armOfCode.map((arm, code) => ({ name: nameOf(code), offload: arm === 'offload' })),
      },
    }),
  )
  const death = new AbortController()
  void haproxy.exited.then(() => death.abort())
  return {
    load: (code, design, key) => load(code, { ...design, key }, options, haproxy, death.signal),
    [Symbol.asyncDispose]: () => cleanup.dispose(),
  }
}

async function load(
  code: number,
  { key, ...design }: LoopDesign & { readonly key: Uint8Array },
  { cell, stack, signal }: BootCellOptions,
  haproxy: Haproxy,
  death: AbortSignal,
): Promise<Loaded> {
  const interrupt = (): void => void stack.load.call('interrupt')
  // Without HAProxy every request fails at once; there is no point in sending the rest.
  const either = AbortSignal.any([signal, death])
  either.addEventListener('abort', interrupt, { once: true })
  try {
    if (either.aborted) throw new Error('interrupted')
    await stack.agent.call('takeCounts')
    const loop = await stack.load.call('run', {
      host: loopback,
      port: haproxy.ports[nameOf(code)] as number,
      path: scorePath,
      key: Buffer.from(key).toString('hex'),
      isKeepAlive: cell.connections === 'keep-alive',
      warmConnections,
      headerBytes: cell.headerBytes,
      maxInFlight: cell.maxInFlight,
      ...design,
      haproxyPid: haproxy.haproxyPid,
      agentPid: stack.agent.pid,
    })
    const { notifies, notifyBytes, utilisation, errors } = await stack.agent.call('takeCounts')
    const left = loop.unanswered === 0 ? 0 : await settle(stack, either)
    const cpu = { ...loop.cpu, agentUtilisation: utilisation }
    return { seen: { ...loop, cpu, notifies: notifies + left, notifyBytes }, agentErrors: errors }
  } catch (cause) {
    if (signal.aborted) throw new TrialError('interrupted', 'The measurement was interrupted.', { cause })
    if (!death.aborted) throw cause
    const said = haproxy.stderr().trim() || 'nothing'
    throw new TrialError(
      'case',
      `Expected HAProxy to stay up at ${design.ratePerSecond} requests/s; it said: ${said}`,
      { cause },
    )
  } finally {
    either.removeEventListener('abort', interrupt)
  }
}

/** Past saturation HAProxy goes on asking the agent for requests that nobody waits for: not into the next stretch. */
async function settle({ agent }: RatesStack, signal: AbortSignal): Promise<number> {
  const deadline = performance.now() + settleMs
  for (let left = 0; ;) {
    await delay(quietMs, undefined, { signal })
    const { notifies } = await agent.call('takeCounts')
    left += notifies
    if (notifies === 0 || performance.now() > deadline) return left
  }
}

function nameOf(code: number): string {
  return `port-${code}`
}
