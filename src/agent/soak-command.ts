import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

import { AgentError } from './agent-error.ts'
import { AgentProcessEnded } from './agent-process.ts'
import { soak } from './soak.ts'
import type { SoakResult } from './soak.ts'
import type { SoakTally } from './soak-tally.ts'

const usage = `Usage: npm run soak -- [--minutes 10] [--connections 64]

Loads the agent in a process of its own, with peers that are killed, break off in the middle of a frame, do not
read or send garbage among those that behave. At the end every error is accounted for, and the heap after a
collection is held against the heap after the warm-up.

  --minutes NUMBER       how long, the warm-up of a tenth included
  --connections INTEGER  how many at a time
  --help                 this text

Exit code 0: flat and accounted for. 1: it is not. 2: bad arguments, or interrupted.`

/** Growth of heap and buffers that is still called flat, in bytes. */
const growthLimit = 10 * 2 ** 20

export interface SoakCommandOptions {
  readonly minutes: number
  readonly connections: number
}

/**
 * Reads the command's arguments; undefined is a request for help.
 * @throws AgentError `invalidOption` with one sentence for the user.
 */
export function parseSoakCommand(args: readonly string[]): SoakCommandOptions | undefined {
  const values = parseFlags(args)
  if (values.help) return undefined
  const minutes = /^\d+(?:\.\d+)?$/.test(values.minutes) ? Number(values.minutes) : 0
  if (!(minutes > 0 && minutes <= 10_000)) {
    throw invalid(`Expected --minutes to be a number above 0 and up to 10000, got "${values.minutes}"`)
  }
  const connections = /^\d+$/.test(values.connections) ? Number(values.connections) : 0
  // The agent takes 1024 by default; more would be refused, which is not what is looked at here.
  if (!(connections >= 1 && connections <= 1_000)) {
    throw invalid(`Expected --connections to be an integer of 1 to 1000, got "${values.connections}"`)
  }
  return { minutes, connections }
}

function parseFlags(args: readonly string[]): { help: boolean; minutes: string; connections: string } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        minutes: { type: 'string', default: '10' },
        connections: { type: 'string', default: '64' },
      },
    }).values
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new AgentError('invalidOption', message.replaceAll(/\s*\n\s*/g, ' '), { cause })
  }
}

function invalid(message: string): AgentError {
  return new AgentError('invalidOption', message)
}

/** Soaks, prints what was found and sets the exit code. */
export async function runSoakCommand(args: readonly string[]): Promise<void> {
  const options = parseSoakCommand(args)
  if (!options) {
    process.stdout.write(`${usage}\n`)
    return
  }
  const abort = new AbortController()
  const forget = abortOnSignals(abort)
  try {
    await run(options, abort.signal)
  } catch (error) {
    if (!(error instanceof AgentProcessEnded)) throw error
    process.stdout.write(`The agent is not sound: ${error.message}.\n`)
    process.exitCode = 1
  } finally {
    forget()
  }
}

/** npm and the launcher pass a signal on that the terminal has sent already: one Ctrl-C arrives up to three times. */
const debounceMs = 500

/** The first signal ends the load, a later one the process; the agent's follows it. Returns how to undo it. */
function abortOnSignals(abort: AbortController): () => void {
  let firstMs: number | undefined
  const listener = (): void => {
    if (firstMs !== undefined && performance.now() - firstMs > debounceMs) process.exit(2)
    firstMs ??= performance.now()
    abort.abort()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, listener)
  return () => {
    for (const signal of signals) process.off(signal, listener)
  }
}

async function run(options: SoakCommandOptions, signal: AbortSignal): Promise<void> {
  const durationMs = options.minutes * 60_000
  let nextLineMs = 0
  const result = await soak({
    durationMs,
    warmUpMs: Math.min(durationMs / 10, 60_000),
    connections: options.connections,
    seed: randomBytes(32),
    signal,
    onProgress: (tally, elapsedMs) => {
      if (elapsedMs < nextLineMs) return
      nextLineMs = elapsedMs + 10_000
      process.stderr.write(`${renderProgress(tally, elapsedMs, durationMs)}\n`)
    },
  })
  process.stdout.write(`${renderSoak(result, signal.aborted)}\n`)
  if (signal.aborted) process.exitCode = 2
  else if (!isSound(result)) process.exitCode = 1
}

function renderProgress(tally: SoakTally, elapsedMs: number, durationMs: number): string {
  const sessions = Object.values(tally.sessions).reduce((sum, count) => sum + count, 0)
  const seconds = `${Math.round(elapsedMs / 1_000)} of ${Math.round(durationMs / 1_000)} s`
  return `soak: ${seconds}, ${tally.acks.toLocaleString('en')} ACKs, ${sessions} sessions, ${tally.anomalyCount} anomalies`
}

function isSound({ unaccounted, growthBytes }: SoakResult): boolean {
  return unaccounted.length === 0 && growthBytes < growthLimit
}

/** The account of a soak, its last line the verdict in a sentence. */
export function renderSoak(result: SoakResult, isInterrupted: boolean): string {
  const { tally, before, after, growthBytes, unaccounted } = result
  const growth = `${toMb(growthBytes)} MB`
  const isFlat = growthBytes < growthLimit
  let verdict = `The agent is sound: its memory grew by ${growth}, and every error is accounted for.`
  if (isInterrupted) verdict = 'Interrupted: this is how far it came.'
  else if (unaccounted.length > 0) {
    verdict = `The agent is not sound: ${unaccounted.length} kinds of error are not accounted for (above).`
  } else if (!isFlat) {
    verdict = `The agent is not sound: its memory grew by ${growth}; less than ${toMb(growthLimit)} MB was expected.`
  }
  return [
    `sessions             ${counts(tally.sessions)}`,
    `ACKs                 ${tally.acks.toLocaleString('en')}, each compared byte for byte`,
    `told to garbage      ${counts(tally.statusCodes)} (by status code; none: closed without a word)`,
    `the agent's errors   ${counts(after.errors)}`,
    `heap and buffers     ${memory(before)} MB after the warm-up, ${memory(after)} MB at the end: grown by ${growth}`,
    ...unaccounted.map((line) => `not accounted for    ${line}`),
    verdict,
  ].join('\n')
}

function counts(record: Readonly<Record<string, number>>): string {
  const parts = Object.entries(record).map(([name, count]) => `${name}: ${count.toLocaleString('en')}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function memory({ heapBytes, bufferBytes }: SoakResult['before']): string {
  return `${toMb(heapBytes)} + ${toMb(bufferBytes)}`
}

function toMb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2)
}
