import type { HaproxyBinary } from '../../haproxy/binary.ts'
import type { Host } from '../../record/host.ts'
import { createRandom, deriveKey } from '../../record/random.ts'
import { type Versions, type VersionsDesign, versionsSchema } from '../../record/versions.ts'
import { stackWarmUpRounds } from '../boot-case.ts'
import { type Cleanup, withCleanup } from '../cleanup.ts'
import { startStack } from '../stack.ts'
import type { Machine } from '../trial.ts'
import { computeVersionFigures, concludeVersions } from './figures.ts'
import { measureRound, type Round } from './measure-round.ts'
import { listPairs, listSubjects, type Subject } from './subjects.ts'

export interface VersionsOptions {
  readonly runId: string
  readonly startedAt: string
  /** The oldest first. */
  readonly binaries: readonly HaproxyBinary[]
  readonly threads: readonly number[]
  readonly design: VersionsDesign
  readonly machine: Machine
  readonly host: Host
  readonly seed: Uint8Array
  readonly agentModule?: URL
  /** Requests to every frontend, one at a time, before the first boot is timed. */
  readonly warmUpRequests?: number
  readonly onProgress: (round: number, sleepMs: number, blocksDone: number) => void
  /** The record as far as it goes, after every round: a run that is cut off keeps its rounds. */
  readonly onRound: (versions: Versions) => void
  readonly signal: AbortSignal
}

/**
 * Measures the overhead of several HAProxys side by side: the same agent and origin, all of them up at once, a
 * request to each in every block. Every sleep comes once a round, in random order, with HAProxys booted afresh.
 *
 * @throws {TrialError} `case` when the offload does not prove itself before the start or HAProxy dies, `interrupted`
 */
export function compareVersions(options: VersionsOptions): Promise<Versions> {
  return withCleanup((cleanup) => compare(options, cleanup))
}

async function compare(options: VersionsOptions, cleanup: Cleanup): Promise<Versions> {
  const { design, machine, host, seed, signal } = options
  const subjects = listSubjects(options.binaries, options.threads)
  const { mode } = host.keepAwake
  await machine.enter(mode)
  const stack = cleanup.use(
    await startStack({
      epochNs: process.hrtime.bigint(),
      ...(options.agentModule === undefined ? {} : { agentModule: options.agentModule }),
    }),
  )
  const order = createRandom(deriveKey(seed, 'order'))
  const rounds: Round[] = []
  for (let round = 0; round < design.rounds; round++) {
    for (const sleepMs of order.shuffle(design.sleepsMs)) {
      options.onProgress(round, sleepMs, 0)
      rounds.push(
        await measureRound({
          round,
          sleepMs,
          subjects,
          design,
          stack,
          prefix: (dir) => machine.haproxyPrefix(dir, mode),
          key: deriveKey(seed, `round ${round}, ${sleepMs} ms`),
          // Fresh HAProxys need little; the threads compile their code once.
          warmUpRequests:
            rounds.length > 0
              ? 1
              : (options.warmUpRequests ?? Math.ceil(stackWarmUpRounds / subjects.length)),
          onBlock: (done) => options.onProgress(round, sleepMs, done),
          signal,
        }),
      )
      options.onRound(record(options, subjects, rounds))
    }
  }
  return record(options, subjects, rounds)
}

function record(options: VersionsOptions, subjects: readonly Subject[], rounds: readonly Round[]): Versions {
  const { runId, startedAt, design } = options
  const { haproxy: _, ...host } = options.host
  const head = { design, subjects: subjects.map(({ binary: _binary, ...subject }) => subject) }
  const figures = computeVersionFigures(head, listPairs(subjects), rounds)
  return versionsSchema.parse({
    schema: 'spoe-bench/versions/1',
    runId,
    startedAt,
    host,
    ...head,
    ...concludeVersions(head, rounds, figures),
    ...figures,
    rounds: rounds.map(({ notes }) => notes),
    samples: rounds.flatMap(({ samples }) => samples),
  })
}
