import { bootHaproxy } from '../../haproxy/boot.ts'
import { createRandom, deriveKey } from '../../record/random.ts'
import type { Exchange } from '../../record/samples.ts'
import { toNs } from '../../record/units.ts'
import type { RoundNotes, SubjectSamples, VersionsDesign } from '../../record/versions.ts'
import { loopback, openListeners, sendLoad } from '../boot-case.ts'
import { type Cleanup, withCleanup } from '../cleanup.ts'
import { type Fault, joinCase, type JoinedRequest } from '../join.ts'
import type { Stack } from '../stack.ts'
import { TrialError } from '../trial-error.ts'
import type { Subject } from './subjects.ts'

export interface RoundOptions {
  readonly round: number
  readonly sleepMs: number
  readonly subjects: readonly Subject[]
  readonly design: VersionsDesign
  readonly stack: Stack
  readonly prefix: (dir: string) => readonly string[]
  /** The order of boots, ports and blocks, and the starts, follow from it. */
  readonly key: Uint8Array
  /** Requests to every frontend, one at a time, before anything is timed; at least one. */
  readonly warmUpRequests: number
  readonly onBlock: (done: number) => void
  readonly signal: AbortSignal
}

export interface Round {
  readonly notes: RoundNotes
  readonly samples: readonly SubjectSamples[]
}

/** The frontends of one HAProxy. */
interface Doors {
  readonly subject: Subject
  readonly bypass: number
  readonly offload: number
}

const requestDeadlineMs = 10_000

/**
 * Boots every HAProxy afresh between one agent and one origin, all of them up at once, and sends blocks of one
 * request to each frontend of each, in random order, paced as in the trial.
 *
 * @throws {TrialError} `case` when a warm-up request does not prove itself or HAProxy dies, `interrupted`
 */
export function measureRound(options: RoundOptions): Promise<Round> {
  return withCleanup((cleanup) => measure(options, cleanup))
}

async function measure(options: RoundOptions, cleanup: Cleanup): Promise<Round> {
  const { round, sleepMs, design, stack, key } = options
  const death = new AbortController()
  const doors = await boot(options, death, cleanup)
  const ports = doors.flatMap(({ bypass, offload }) => [bypass, offload])
  const orders = createRandom(deriveKey(key, 'orders'))
  const starts = createRandom(deriveKey(key, 'starts'))
  const signal = AbortSignal.any([options.signal, death.signal])
  const exchanged = (rounds: number, pacing: VersionsDesign | null): Promise<Exchanged> => {
    const slots = Array.from({ length: rounds }, () => orders.shuffle(ports)).flat()
    const offsetsNs =
      pacing === null
        ? null
        : slots.map((_, slot) => toNs(slot * pacing.intervalMs + starts.uniform() * pacing.jitterMs))
    return exchangeAll(options, slots, offsetsNs, ports.length, signal)
  }

  await treat(stack, ports, 0)
  const warm = await exchanged(options.warmUpRequests, null)
  const [fault] = findFaults(warm, doors, options.warmUpRequests)
  if (options.signal.aborted) throw new TrialError('interrupted', 'The comparison was interrupted.')
  if (fault !== undefined && !death.signal.aborted) {
    throw new TrialError('case', `Expected every request to prove itself before anything is timed: ${fault}`)
  }
  await treat(stack, ports, toNs(sleepMs))
  const blocks = design.warmUpBlocks + design.blocksPerRound
  const all = await exchanged(blocks, design)
  if (options.signal.aborted) throw new TrialError('interrupted', 'The comparison was interrupted.')
  if (death.signal.aborted)
    throw new TrialError('case', `Expected every HAProxy to live: ${death.signal.reason}`)

  const firstTimed = design.warmUpBlocks * ports.length
  const timed = all.exchanges.slice(firstTimed)
  const firstStartNs = timed[0]?.[3] ?? 0
  const requests = all.requests.slice(firstTimed)
  return {
    notes: {
      round,
      sleepMs,
      lateStarts: timed.filter(([, , intendedNs, startNs]) => startNs - intendedNs > toNs(design.intervalMs))
        .length,
      timedHellos: all.hellosNs.filter((receivedNs) => receivedNs >= firstStartNs).length,
      faults: findFaults(all, doors, blocks),
    },
    samples: doors.map(({ subject, bypass, offload }) => {
      const of = (port: number): JoinedRequest[] => requests.filter((request) => request.port === port)
      return {
        round,
        sleepMs,
        subject: subject.name,
        bypassNs: of(bypass).map(({ latencyNs }) => latencyNs),
        offloadNs: of(offload).map(({ latencyNs }) => latencyNs),
        sleepNs: of(offload).map(({ sleepNs }) => sleepNs ?? 0),
      }
    }),
  }
}

/** All HAProxys, in random order of birth; one that dies aborts `death` with its last words. */
async function boot(options: RoundOptions, death: AbortController, cleanup: Cleanup): Promise<Doors[]> {
  const { stack, subjects, key, signal } = options
  const addresses = await openListeners(stack, cleanup)
  const random = createRandom(deriveKey(key, 'boots'))
  const doors = new Map<Subject, Doors>()
  for (const subject of random.shuffle(subjects)) {
    const haproxy = cleanup.use(
      await bootHaproxy({
        binary: subject.binary,
        prefix: options.prefix,
        random,
        cancelSignal: signal,
        config: {
          nbthread: subject.nbthread,
          ...addresses,
          arms: [
            { name: 'bypass', offload: false },
            { name: 'offload', offload: true },
          ],
        },
      }),
    )
    void haproxy.exited.then(() =>
      death.abort(`${subject.name} said ${haproxy.stderr().trim() || 'nothing'}`),
    )
    doors.set(subject, { subject, ...haproxy.ports })
  }
  return subjects.map((subject) => doors.get(subject) as Doors)
}

interface Exchanged {
  readonly exchanges: readonly Exchange[]
  readonly requests: readonly JoinedRequest[]
  readonly faults: readonly Fault[]
  readonly agentErrors: readonly string[]
  readonly hellosNs: readonly number[]
}

async function exchangeAll(
  { stack, design, onBlock }: RoundOptions,
  ports: readonly number[],
  offsetsNs: readonly number[] | null,
  slotsPerBlock: number,
  signal: AbortSignal,
): Promise<Exchanged> {
  const blocks = new Map<number, readonly Exchange[]>()
  const intervalNs = toNs(design.intervalMs)
  const input = { host: loopback, ports, offsetsNs, slotsPerBlock, intervalNs, deadlineMs: requestDeadlineMs }
  await sendLoad(stack, input, signal, ({ block, exchanges }) => {
    blocks.set(block, exchanges)
    if (offsetsNs !== null) onBlock(blocks.size)
  })
  const exchanges = [...blocks].toSorted(([a], [b]) => a - b).flatMap(([, block]) => block)
  const { notifies, hellos, errors } = await stack.agent.call('takeRecords')
  const joined = joinCase({ exchanges, notifies, requests: await stack.origin.call('takeRecords') })
  return { exchanges, ...joined, agentErrors: errors, hellosNs: hellos.map(([receivedNs]) => receivedNs) }
}

/** SPOE fails open, so that each HAProxy has to show that its every offload was one, and no bypass. */
function findFaults(
  { requests, faults, agentErrors }: Exchanged,
  doors: readonly Doors[],
  blocks: number,
): string[] {
  const counts = new Map<number, number>()
  for (const { port, sleepNs } of requests)
    if (sleepNs !== null) counts.set(port, (counts.get(port) ?? 0) + 1)
  return [
    ...faults.map(({ message }) => message),
    ...agentErrors,
    ...doors.flatMap(({ subject, bypass, offload }) => [
      ...(counts.get(offload) === blocks
        ? []
        : [`${subject.name}: ${counts.get(offload) ?? 0} of ${blocks} requests crossed the agent`]),
      ...(counts.has(bypass)
        ? [`${subject.name}: ${counts.get(bypass)} requests to bypass crossed the agent`]
        : []),
    ]),
  ]
}

async function treat(stack: Stack, ports: readonly number[], sleepNs: number): Promise<void> {
  await stack.agent.call(
    'treat',
    ports.map((frontendPort) => ({ frontendPort, sleepNs, spinNs: 0 })),
  )
}
