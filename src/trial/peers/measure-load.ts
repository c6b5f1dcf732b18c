import { scoreAbsent, scorePath } from '../../haproxy/config.ts'
import type { LoadTurn, PeersDesign } from '../../record/peers.ts'
import { createRandom } from '../../record/random.ts'
import { loopback } from '../boot-case.ts'
import type { Saturation } from './saturate.ts'
import type { Stack } from '../stack.ts'
import { TrialError } from '../trial-error.ts'
import { failedOpen, type PeerFrontend, score } from './measure-latency.ts'

export interface LoadOptions {
  readonly stack: Stack
  readonly frontends: readonly PeerFrontend[]
  readonly design: PeersDesign
  readonly key: Uint8Array
  /** Of each arm's agent; none for bypass or where they are not known. */
  readonly pidsOf: (arm: string) => readonly number[]
  readonly haproxyPid: number
  readonly onTurn: (turn: number, turns: number) => void
  readonly signal: AbortSignal
}

/**
 * Short rounds in which every frontend, in random order, is loaded by keep-alive connections that each have
 * one request under way. The first round warms up and is discarded. HAProxy answers by itself, with the score
 * that the agent set for this very request as the body: neither an origin nor its share of a core is in it.
 *
 * @throws {TrialError} `case` for a response without the score, `interrupted`
 */
export async function measureLoad(options: LoadOptions): Promise<LoadTurn[]> {
  const { frontends, design, signal } = options
  const random = createRandom(options.key)
  const turns: LoadTurn[] = []
  const total = (design.rounds + 1) * frontends.length
  let done = 0
  for (let round = -1; round < design.rounds; round++) {
    for (const frontend of random.shuffle(frontends)) {
      options.onTurn(done++, total)
      const turn = await takeTurn(frontend, options)
      if (signal.aborted) throw new TrialError('interrupted', 'The comparison was interrupted.')
      if (round >= 0) turns.push({ round, arm: frontend.name, ...turn })
    }
  }
  return turns
}

async function takeTurn(frontend: PeerFrontend, options: LoadOptions): Promise<Saturation> {
  const { stack, design, signal } = options
  const interrupt = (): void => void stack.load.call('interrupt')
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    return await stack.load.call('saturate', {
      host: loopback,
      port: frontend.port,
      path: scorePath,
      body: frontend.isOffload ? score : scoreAbsent,
      connections: design.connections,
      warmUpMs: design.roundWarmUpMs,
      durationMs: design.roundMs,
      deadlineMs: 10_000,
      agentPids: options.pidsOf(frontend.name),
      haproxyPid: options.haproxyPid,
    })
  } catch (error) {
    if (signal.aborted)
      throw new TrialError('interrupted', 'The comparison was interrupted.', { cause: error })
    throw failedOpen(frontend.name, error instanceof Error ? error.message : String(error))
  } finally {
    signal.removeEventListener('abort', interrupt)
  }
}
