import { setTimeout as delay } from 'node:timers/promises'
import {
  answerTimeoutMs,
  type Failed,
  type FaultyAgentProcess,
  startFaultyAgentProcess,
} from '../agent/faulty-agent-process.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { bootHaproxy, type Haproxy } from '../haproxy/boot.ts'
import { outageArms, type OutageArmName } from '../haproxy/outage-config.ts'
import { pickPorts } from '../haproxy/ports.ts'
import type { Change, OutageDesign, OutageRecords } from '../record/outage-plan.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import type { Exchange } from '../record/samples.ts'
import { toNs } from '../record/units.ts'
import { loopback, sendLoad } from '../trial/boot-case.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import type { Stack } from '../trial/stack.ts'
import { TrialError } from '../trial/trial-error.ts'
import { agentStanding } from './agent-standing.ts'
import { agentsAre, agentsAreLeft } from './agents-state.ts'
import { armsOfRow, drawOrder } from './drawn.ts'
import { markedDownEffect, retriesMs } from './marked-down.ts'
import type { Outage } from './outages.ts'

type OnBlock = (blocksDone: number, exchanges: readonly Exchange[]) => void

export interface CellOptions {
  readonly outage: Outage
  readonly design: OutageDesign
  readonly binary: HaproxyBinary
  readonly stack: Stack
  /** Arms and order follow from it. */
  readonly key: Uint8Array
  readonly nbthread: number
  readonly prefix: (dir: string) => readonly string[]
  /** Told of every block that has ended, warm-up excepted. */
  readonly onBlock?: OnBlock
  readonly signal: AbortSignal
}

type OutageHaproxy = Haproxy<OutageArmName>

const slotsPerBlock = outageArms.length
const warmUpBlocks = 25
const requestDeadlineMs = 10_000
/** HAProxy marks an agent down after two checks that failed, and looks up to two seconds later for the first time. */
const stateDeadlineMs = 5_000

/**
 * Boots a fresh HAProxy and a fresh agent, sends blocks of one request to every arm at a fixed rate, and has the
 * agent fail and recover meanwhile.
 *
 * @throws {TrialError} `case` when the agent is not seen to go down or up, `interrupted`
 */
export function measureOutage(options: CellOptions): Promise<OutageRecords> {
  return withCleanup((cleanup) => measure(options, cleanup))
}

async function measure(options: CellOptions, cleanup: Cleanup): Promise<OutageRecords> {
  const { outage, design, stack, key, signal } = options
  const random = createRandom(deriveKey(key, 'boot'))
  const originPort = await stack.origin.call('open')
  cleanup.defer(() => stack.origin.call('close'))
  const [agentPort = 0] = await pickPorts(1, random)
  const agent = new Agent(agentPort, design.lateMs)
  cleanup.use(agent)
  await agent.start()
  const haproxy = cleanup.use(
    await bootHaproxy({
      binary: options.binary,
      prefix: options.prefix,
      random,
      cancelSignal: signal,
      config: {
        nbthread: options.nbthread,
        arms: outageArms,
        agentAddress: { host: loopback, port: agentPort },
        originAddress: { host: loopback, port: originPort },
        agentsCheck: outage.isChecked,
        agentsCheckIntervalMs: design.checkIntervalMs,
      },
    }),
  )
  const ports = armsOfRow(key).map((arm) => haproxy.ports[arm])
  const slots = (from: Uint8Array, blocks: number): number[] =>
    drawOrder(from, blocks).map((code) => ports[code] as number)
  await send(options, slots(deriveKey(key, 'warm-up'), warmUpBlocks), null)
  await stack.origin.call('takeRecords')
  if (outage.isChecked) await waitForStats(haproxy, 'the checks find the agents up', isUp, signal)

  const giveUp = new AbortController()
  const load = send(
    { ...options, signal: AbortSignal.any([signal, giveUp.signal]) },
    slots(key, mostBlocksOf(options)),
    design.intervalMs,
    options.onBlock,
  )
  const progress = { step: 'before it began' }
  const changes = await Promise.race([stage(options, agent, haproxy, progress), ended(load)]).catch(
    async (error: unknown) => {
      // Before the load ends, and with it what may be the reason.
      const command = (text: string): Promise<string> => haproxy.command(text)
      const standing = signal.aborted ? '' : await agentStanding({ ...agent.place, command })
      giveUp.abort()
      await load
      if (signal.aborted) throw new TrialError('interrupted', 'The outage was interrupted.')
      const message = error instanceof Error ? error.message : String(error)
      throw new TrialError('case', `${message} (${progress.step}; ${standing})`, { cause: error })
    },
  )
  await Promise.race([delay(design.afterMs, undefined, { signal }).catch(() => {}), load])
  // A request that hangs at the end hangs because of the outage: it is waited for, as long as any other.
  await stack.load.call('stop')
  const exchanges = await load
  if (signal.aborted) throw new TrialError('interrupted', 'The outage was interrupted.')
  const relate = ({ fromUs, toUs }: Failed): Change => {
    const epochUs = Number(stack.epochNs / 1000n)
    return { fromNs: (fromUs - epochUs) * 1000, toNs: (toUs - epochUs) * 1000 }
  }
  return {
    exchanges,
    origin: await stack.origin.call('takeRecords'),
    ports,
    failing: relate(changes.failing),
    healing: relate(changes.healing),
  }
}

/** A process usually starts in so long. */
const restartMs = 500
/** Longer than a process is waited for, so that whoever waits for it says what was wrong. */
const longestRestartMs = answerTimeoutMs + 2000

type ScheduleOptions = Pick<CellOptions, 'design' | 'outage' | 'binary'>

/** The schedule of a cell in ms; a checked agent needs time to be found out, and a killed one to start again. */
function durationOf({ design, outage, binary }: ScheduleOptions): number {
  const attemptsMs = markedDownEffect(binary.release) === 'after retries' ? retriesMs : 0
  const checkMs = outage.isChecked ? 8 * design.checkIntervalMs + attemptsMs : 0
  const startMs = outage.fault === 'killed' ? restartMs : 0
  return design.beforeMs + design.outageMs + design.afterMs + checkMs + startMs
}

/** The blocks of a cell, at their pace, if a killed agent starts again as it usually does. */
export function blocksOf(options: ScheduleOptions): { count: number; blockMs: number } {
  const blockMs = slotsPerBlock * options.design.intervalMs
  return { count: Math.ceil(durationOf(options) / blockMs), blockMs }
}

/** What is ready to be sent: the load ends when the outage is over, not before. */
function mostBlocksOf(options: ScheduleOptions): number {
  const { count, blockMs } = blocksOf(options)
  const slackMs = options.outage.fault === 'killed' ? longestRestartMs - restartMs : 0
  return count + Math.ceil(slackMs / blockMs)
}

/** The outage itself, beside the load. @param progress told of each step, for a sentence about its failure */
async function stage(
  { outage, design, binary, signal }: CellOptions,
  agent: Agent,
  haproxy: OutageHaproxy,
  progress: { step: string },
): Promise<{ readonly failing: Failed; readonly healing: Failed }> {
  await delay(design.beforeMs, undefined, { signal })
  progress.step = `failing, ${outage.name}`
  const failing = outage.fault === 'killed' ? await agent.kill() : await agent.fail(outage.fault)
  let downUs = failing.toUs
  if (outage.isChecked) {
    downUs = await waitForStats(haproxy, 'the checks find the agents down', isDown, signal)
    if (markedDownEffect(binary.release) === 'after retries') {
      downUs = await waitForStats(haproxy, 'HAProxy give up the agents', agentsAreLeft, signal)
    }
  }
  progress.step = 'in the outage'
  await delay(design.outageMs, undefined, { signal })
  progress.step = 'bringing the agent back'
  const healing = outage.fault === 'killed' ? await agent.start() : await agent.fail('none')
  return { failing: { ...failing, toUs: downUs }, healing }
}

/** The load is not expected to end before the outage does. */
async function ended(load: Promise<unknown>): Promise<never> {
  await load
  throw new TrialError(
    'case',
    'Expected the outage to end while requests were still sent; the load ended first.',
  )
}

async function send(
  { stack, signal }: CellOptions,
  slots: readonly number[],
  intervalMs: number | null,
  onBlock: OnBlock = () => {},
): Promise<Exchange[]> {
  const blocks = new Map<number, readonly Exchange[]>()
  const input = {
    host: loopback,
    ports: slots,
    offsetsNs: intervalMs === null ? null : slots.map((_, slot) => toNs(slot * intervalMs)),
    slotsPerBlock,
    intervalNs: toNs(intervalMs ?? 0),
    deadlineMs: requestDeadlineMs,
  }
  await sendLoad(stack, input, signal, ({ block, exchanges }) => {
    blocks.set(block, exchanges)
    onBlock(blocks.size, exchanges)
  })
  return [...blocks].toSorted(([one], [other]) => one - other).flatMap(([, exchanges]) => exchanges)
}

const isUp = (csv: string): boolean => agentsAre('up', csv)
const isDown = (csv: string): boolean => agentsAre('down', csv)

/** Resolves to when HAProxy's figures were seen to be so, in µs of the monotonic clock. */
async function waitForStats(
  haproxy: OutageHaproxy,
  words: string,
  isSo: (csv: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const deadline = performance.now() + stateDeadlineMs
  for (;;) {
    if (isSo(await haproxy.command('show stat'))) return Number(process.hrtime.bigint() / 1000n)
    if (performance.now() > deadline) {
      throw new TrialError('case', `Expected to see ${words} in ${stateDeadlineMs} ms.`)
    }
    await delay(5, undefined, { signal })
  }
}

/** The agent's process, which may be another one after the outage. */
class Agent implements AsyncDisposable {
  readonly #port: number
  readonly #lateMs: number
  #process: FaultyAgentProcess | undefined

  constructor(port: number, lateMs: number) {
    this.#port = port
    this.#lateMs = lateMs
  }

  async start(): Promise<Failed> {
    // Ours from the first moment, so that one which never listens ends with us too.
    this.#process = startFaultyAgentProcess(this.#port, this.#lateMs)
    return this.#process.started
  }

  /** Where to look for it. */
  get place(): { readonly pid: number; readonly host: string; readonly port: number } {
    return { pid: this.#running().pid, host: loopback, port: this.#port }
  }

  async fail(fault: Parameters<FaultyAgentProcess['fail']>[0]): Promise<Failed> {
    return this.#running().fail(fault)
  }

  kill(): Promise<Failed> {
    return this.#running().kill()
  }

  #running(): FaultyAgentProcess {
    if (this.#process === undefined) throw new Error('Expected the agent to have been started.')
    return this.#process
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.kill()
  }
}
