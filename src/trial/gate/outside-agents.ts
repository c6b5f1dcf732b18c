import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { reachAgent, type RunningAgent, startAgentCommand } from '../../agent/agent-command.ts'
import type { UserConfig } from '../../haproxy/user-config.ts'
import { type SideName, sideNames } from '../../record/gate-plan.ts'
import type { PlanCase } from '../../record/plan.ts'
import { type Cleanup, openWithCleanup } from '../cleanup.ts'
import { placeAgent } from '../peers/arms.ts'
import type { Machine } from '../trial.ts'
import { TrialError } from '../trial-error.ts'

/** How one side's agent is come by. */
export type SideSource =
  | { readonly command: string; readonly cwd: string }
  /** It runs already, on host:port. */
  | { readonly address: string }

export type Sources = Readonly<Record<SideName, SideSource>>

/** By whose files each side is asked; null: by the article's message. */
export type SideUsers = Readonly<Record<SideName, UserConfig>> | null

/** Both agents of a case, up; disposing of them ends those that were started. */
export interface OutsideAgents extends AsyncDisposable {
  readonly agents: Readonly<Record<SideName, RunningAgent>>
  readonly users: SideUsers
  /** Settles when one of them ends by itself: which, and how. */
  readonly ended: Promise<string>
}

/** A busy machine takes its time to start a process, and a gate would be lost to it. */
const readyMs = 30_000

export interface OutsideOptions {
  readonly sources: Sources
  readonly users: SideUsers
  readonly machine: Machine
  /** Core of the load generator while the machine is kept awake: the agents go there, HAProxy has the other one. */
  readonly nodeCore: number | null
  /** Their output goes to a file for each side in it. */
  readonly logDir: string
}

/**
 * Starts both agents, the same way one after the other, `startsFirst` of the case first.
 *
 * @throws {TrialError} `case` when one can't be started, reached or moved, `interrupted`
 */
export function startOutside(
  planCase: PlanCase,
  options: OutsideOptions,
  signal: AbortSignal,
): Promise<OutsideAgents> {
  return openWithCleanup(async (cleanup) => {
    const agents: Partial<Record<SideName, RunningAgent>> = {}
    const order = planCase.startsFirst === 'candidate' ? sideNames.toReversed() : sideNames
    for (const side of order) agents[side] = await start(side, planCase, options, cleanup, signal)
    const { base, candidate } = agents as Record<SideName, RunningAgent>
    const ended = Promise.race([
      base.ended.then((how) => `the base's agent ended (${how})`),
      candidate.ended.then((how) => `the candidate's agent ended (${how})`),
    ])
    return {
      agents: { base, candidate },
      users: options.users,
      ended,
      [Symbol.asyncDispose]: () => cleanup.dispose(),
    }
  })
}

async function start(
  side: SideName,
  { latencyMs, mode }: PlanCase,
  { sources, machine, nodeCore, logDir }: OutsideOptions,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<RunningAgent> {
  const source = sources[side]
  try {
    if ('address' in source) {
      const agent = cleanup.use(await reachAgent(source.address, signal))
      const { host, port } = agent
      const core = mode === 'awake' ? nodeCore : null
      await placeAgent({ name: side, host, port, pid: null }, core, cleanup)
      return agent
    }
    mkdirSync(logDir, { recursive: true })
    return cleanup.use(
      await startAgentCommand({
        command: source.command,
        cwd: source.cwd,
        logFile: join(logDir, `${side}.log`),
        delayMs: latencyMs,
        prefix: machine.agentPrefix?.(mode) ?? [],
        readyMs,
        signal,
      }),
    )
  } catch (cause) {
    if (signal.aborted) throw new TrialError('interrupted', 'The gate was interrupted.', { cause })
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new TrialError('case', `The agent of the ${side} can't be measured. ${said}`, { cause })
  }
}
