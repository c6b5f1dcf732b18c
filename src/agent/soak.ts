import { createRandom, deriveKey } from '../record/random.ts'
import type { Random } from '../record/random.ts'
import { startAgentProcess } from './agent-process.ts'
import type { AgentProcess, AgentReport } from './agent-process.ts'
import { runSession, sessionKinds } from './soak-sessions.ts'
import type { SessionKind } from './soak-sessions.ts'
import { SoakTally } from './soak-tally.ts'

export interface SoakOptions {
  /** How long the load lasts, warm-up included, in milliseconds. */
  readonly durationMs: number
  /** After that much of it, the heap is looked at for the first time. */
  readonly warmUpMs: number
  /** Connections that are kept open at a time. */
  readonly connections: number
  /** What the peers do is drawn from it. */
  readonly seed: Uint8Array
  /** Ends it early; what was found until then is the result. */
  readonly signal: AbortSignal
  readonly onProgress?: (tally: SoakTally, elapsedMs: number) => void
}

export interface SoakResult {
  readonly tally: SoakTally
  /** After the warm-up, and at the end, each with all peers gone and garbage collected. */
  readonly before: AgentReport
  readonly after: AgentReport
  /** Bytes by which heap and buffers of the agent's process have grown. */
  readonly growthBytes: number
  readonly unaccounted: readonly string[]
}

/** How many sessions of a hundred are of which kind. Load lasts long, so it is nearly all that goes on. */
const shares: Readonly<Record<SessionKind, number>> = {
  load: 40,
  killed: 15,
  deaf: 10,
  half: 15,
  garbage: 20,
}
const drawn = sessionKinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind))

/** So many anomalies and there is no point in going on. */
const tooManyAnomalies = 1_000

/**
 * Loads an agent in a process of its own as fast as it answers, with peers that die, break off and talk nonsense
 * among those that behave.
 * @throws AgentProcessEnded where the agent's process ends or stops answering.
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  await using agent = await startAgentProcess()
  const tally = new SoakTally()
  const startMs = performance.now()
  const timer = setInterval(() => options.onProgress?.(tally, performance.now() - startMs), 1_000)
  try {
    await load(agent, tally, options, 'warm-up', options.warmUpMs)
    const before = await settle(agent)
    await load(agent, tally, options, 'load', options.durationMs - options.warmUpMs)
    const after = await settle(agent)
    const growthBytes = after.heapBytes + after.bufferBytes - before.heapBytes - before.bufferBytes
    return { tally, before, after, growthBytes, unaccounted: tally.unaccounted(after) }
  } finally {
    clearInterval(timer)
  }
}

/** Sessions on every connection for so long; resolves when the last of them has ended. */
async function load(
  agent: AgentProcess,
  tally: SoakTally,
  options: SoakOptions,
  phase: string,
  durationMs: number,
): Promise<void> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(durationMs)])
  const slots = Array.from({ length: options.connections }, async (_, index) => {
    const random = createRandom(deriveKey(options.seed, `${phase} ${index}`))
    while (!signal.aborted && tally.anomalyCount < tooManyAnomalies) {
      await runSession(draw(random), { port: agent.port, random, tally, signal })
    }
  })
  await Promise.all(slots)
}

function draw(random: Random): SessionKind {
  return drawn[random.below(drawn.length)]!
}

/** The agent's report once it has noticed that its peers are gone, or after five seconds. */
async function settle(agent: AgentProcess): Promise<AgentReport> {
  for (let left = 50; ; left--) {
    const report = await agent.report()
    if (report.connections === 0 || left === 0) return report
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
