import type { Address } from '../agent/address.ts'
import { reachAgent, type RunningAgent, startAgentCommand } from '../agent/agent-command.ts'
import { tailOf } from '../agent/log-tail.ts'
import type { NotifyHandler } from '../agent/options.ts'
import { startAgent } from '../agent/server.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { guardCommand } from '../host/guard.ts'
import type { OutsideAgentPlan } from '../record/plan.ts'
import type { Traffic } from '../record/traffic.ts'
import type { Cleanup } from '../trial/cleanup.ts'
import type { OutsideAgent } from '../trial/outside-agent.ts'
import { placeAgent } from '../trial/peers/arms.ts'
import type { OwnOptions } from './own-options.ts'
import { askedOf, prepareUserConfig } from './user-files.ts'

/** The user's agent, up, as the measuring process needs it. Plain data. */
export interface OwnAgent extends OutsideAgent {
  readonly plan: OutsideAgentPlan
  /** Its processes; empty where they are not known. */
  readonly pids: readonly number[]
  readonly isPinned: boolean
  readonly traffic: Traffic | undefined
  /** For the user, a sentence each. */
  readonly notes: readonly string[]
  readonly blocks: number
  readonly marginMs: number
  /** null: one of ours, in a thread. */
  readonly origin: Address | null
}

export interface OwnSetup {
  readonly binary: HaproxyBinary
  /** Where agents run when the machine is kept awake; null: anywhere. */
  readonly core: number | null
  /** Without its ending: `.log` is the agent's, `.spoe.cfg` what it is asked where its user has no file. */
  readonly filesPath: string
  readonly cleanup: Cleanup
  readonly signal: AbortSignal
  /** The agent ended by itself: how, and its last words. */
  readonly onEnd: (sentence: string) => void
}

/** Has HAProxy check the user's files, then starts or reaches his agent. @throws {Error} one sentence for the user */
export async function setUpOwn(options: OwnOptions, setup: OwnSetup): Promise<OwnAgent> {
  const { binary, core, filesPath, cleanup, signal } = setup
  const user = await prepareUserConfig(options, binary, filesPath)
  const agent = cleanup.use(await start(options, `${filesPath}.log`, signal))
  let isOver = false
  cleanup.defer(() => (isOver = true))
  void agent.ended.then((how) => {
    if (isOver) return
    const said = tailOf(`${filesPath}.log`)
    setup.onEnd(`the agent ended (${how}) while it was measured and said: ${said}`)
  })
  const arm = await placeAgent(
    // A handler is served by this process.
    { name: 'agent', host: agent.host, port: agent.port, pid: options.handler === null ? null : process.pid },
    core,
    cleanup,
  )
  return {
    host: agent.host,
    port: agent.port,
    user,
    plan: {
      from: options.command ?? options.address ?? 'a handler in the process that measures',
      ...askedOf(user),
    },
    // What this process takes is not the handler's alone.
    pids: options.handler === null ? arm.pids : [],
    isPinned: arm.record.isPinned,
    traffic: options.traffic,
    notes: options.notes,
    blocks: options.blocks,
    marginMs: options.marginMs,
    origin: options.origin,
  }
}

function start(
  { command, address, handler, cwd }: OwnOptions,
  logFile: string,
  signal: AbortSignal,
): Promise<RunningAgent> {
  if (handler !== null) return serveHandler(handler)
  if (command === null) return reachAgent(address ?? '', signal)
  return startAgentCommand({ command, cwd, logFile, signal, prefix: guardCommand({ withDescendants: true }) })
}

/** Load, origin and our own agent have threads of their own, so that this one has little else to do meanwhile. */
async function serveHandler(handler: NotifyHandler): Promise<RunningAgent> {
  const agent = await startAgent({ handler })
  return {
    host: agent.host,
    port: agent.port,
    pid: process.pid,
    ended: new Promise(() => {}),
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  }
}
