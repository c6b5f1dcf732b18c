import { createRandom, deriveKey } from '../../record/random.ts'
import type { PeersDesign } from '../../record/peers.ts'
import type { Exchange } from '../../record/samples.ts'
import { toNs } from '../../record/units.ts'
import { loopback, sendLoad } from '../boot-case.ts'
import type { Stack } from '../stack.ts'
import { TrialError } from '../trial-error.ts'

/** A frontend of the comparison. */
export interface PeerFrontend {
  readonly name: string
  readonly port: number
  readonly isOffload: boolean
  /** What the origin gets with each of its requests. */
  readonly proof: string
}

/** The score that the seed's agent sets. */
export const score = '50'

export interface Latencies {
  /** By arm, in the order of the blocks. */
  readonly latenciesNs: Readonly<Record<string, number[]>>
  readonly lateStarts: number
}

/** `rounds` requests through every frontend, one at a time: who does not prove itself here is not measured. */
export async function warmUp(
  stack: Stack,
  frontends: readonly PeerFrontend[],
  rounds: number,
  signal: AbortSignal,
): Promise<void> {
  const ports = Array.from({ length: rounds }, () => frontends.map(({ port }) => port)).flat()
  await send(stack, frontends, { ports, offsetsNs: null, intervalNs: 0 }, signal)
}

/**
 * Randomised blocks: one request to bypass and to every agent's frontend in each, in random order, paced as in
 * the trial (a request every `intervalMs` on average, whatever became of the ones before).
 *
 * @throws {TrialError} `case` for a request that failed or passed its agent by, `interrupted`
 */
export async function measureLatency(
  stack: Stack,
  frontends: readonly PeerFrontend[],
  design: Pick<PeersDesign, 'blocks' | 'warmUpBlocks' | 'intervalMs' | 'jitterMs'>,
  key: Uint8Array,
  signal: AbortSignal,
): Promise<Latencies> {
  const orders = createRandom(deriveKey(key, 'orders'))
  const starts = createRandom(deriveKey(key, 'starts'))
  const blocks = design.warmUpBlocks + design.blocks
  const ports = Array.from({ length: blocks }, () => orders.shuffle(frontends.map(({ port }) => port))).flat()
  const offsetsNs = ports.map((_, slot) =>
    toNs(slot * design.intervalMs + starts.uniform() * design.jitterMs),
  )
  const intervalNs = toNs(design.intervalMs)
  const exchanges = await send(stack, frontends, { ports, offsetsNs, intervalNs }, signal)
  const timed = exchanges.slice(design.warmUpBlocks * frontends.length)
  return {
    latenciesNs: Object.fromEntries(
      frontends.map(({ name, port }) => [
        name,
        timed.filter(([to]) => to === port).map(([, , , startNs, endNs]) => endNs - startNs),
      ]),
    ),
    lateStarts: timed.filter(([, , intendedNs, startNs]) => startNs - intendedNs > intervalNs).length,
  }
}

async function send(
  stack: Stack,
  frontends: readonly PeerFrontend[],
  slots: { readonly ports: number[]; readonly offsetsNs: number[] | null; readonly intervalNs: number },
  signal: AbortSignal,
): Promise<Exchange[]> {
  const blocks: Exchange[][] = []
  await sendLoad(
    stack,
    { host: loopback, slotsPerBlock: frontends.length, deadlineMs: 30_000, ...slots },
    signal,
    ({ block, exchanges }) => (blocks[block] = [...exchanges]),
  )
  const proofs = new Map<number, string>()
  for (const [request, , proof] of await stack.origin.call('takeRecords')) proofs.set(request, proof)
  if (signal.aborted) throw new TrialError('interrupted', 'The comparison was interrupted.')
  const exchanges = blocks.flat()
  exchanges.forEach(([port, , , , , fault], request) => {
    const frontend = frontends.find((each) => each.port === port)
    if (frontend === undefined) return
    const got = proofs.get(request)
    if (fault === null && got === frontend.proof) return
    throw failedOpen(frontend.name, fault ?? `the origin got "${got ?? ''}" instead of "${frontend.proof}"`)
  })
  return exchanges
}

/** SPOE fails open: an agent that does not answer looks fast, so one request without a score ends the comparison. */
export function failedOpen(name: string, what: string): TrialError {
  return new TrialError(
    'case',
    `Expected every request to ${name} to prove itself, where SPOE is asked by ip_score ${score} in scope sess: ${what}. ` +
      'SPOE fails open, so nothing is compared: look at what that agent answers.',
  )
}
