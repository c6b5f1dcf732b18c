import { join } from 'node:path'
import { pinProcess } from '../host/keep-awake.ts'
import type { LatencyResult, Outcome, Run } from '../record/run.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { TrialError } from '../trial/trial-error.ts'
import { type AskedRun, type BlindTestOptions, readBlindTestOptions } from './blind-test-options.ts'
import { readOwnOptions } from './own-options.ts'
import { runOwn } from './own-run.ts'
import { setUpOwn } from './own-setup.ts'
import { newRunId, prepareRun, resultsDir } from './prepare-run.ts'
import type { RunContext } from './run-context.ts'

/** What SPOE and the agent together add to a request. The matchers of `spoe-bench/vitest` take it as it is. */
export interface BlindTestResult extends Omit<LatencyResult, 'latencyMs'> {
  readonly outcome: 'within' | 'exceeds' | 'inconclusive'
  /** Every figure, as in run.json. */
  readonly run: Run
  /** Where the records are, and report.html. */
  readonly folder: string
}

/** A run that decides nothing: its figures are not to be used. */
export class BlindTestError extends Error {
  override readonly name = 'BlindTestError'
  readonly outcome: Outcome
  readonly folder: string

  constructor(outcome: Outcome, folder: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.outcome = outcome
    this.folder = folder
  }
}

/**
 * Measures an agent, blind and sealed, as `npx spoe-bench run` does: HAProxy is found or fetched into .cache/, booted
 * four times, and everything is taken down again; records go to results/. Half a minute with 2,000 blocks, so a test
 * needs a longer timeout than Vitest's own. One at a time on a machine: another one waits.
 *
 * @param options with `signal`, which ends the run: hand on that of the test
 * @throws {BlindTestError} where the run decides nothing: a request passed the agent by, the agent ended, ...
 * @throws {Error} one sentence about an option, an agent that can't be started or reached, or this host
 */
export async function blindTest(
  options: BlindTestOptions & { readonly signal?: AbortSignal },
): Promise<BlindTestResult> {
  const { signal, ...others } = options
  const asked = readBlindTestOptions(others, 'blindTest', process.cwd())
  const abort = new AbortController()
  const signals = signal === undefined ? [] : [signal]
  let end: string | undefined
  const setup = {
    signal: AbortSignal.any([...signals, abort.signal]),
    onAgentEnd(sentence: string) {
      end = sentence
      abort.abort()
    },
  }
  return withCleanup(async (cleanup) => {
    const context = await openContext(asked, { ...setup, cleanup })
    const folder = join(resultsDir, context.runId)
    try {
      return resultOf(await runOwn(context, setup.signal), folder)
    } catch (cause) {
      if (end === undefined) throw cause
      throw new BlindTestError('incomplete', folder, `Expected the agent to live; ${end}`, { cause })
    }
  })
}

interface Setup {
  readonly cleanup: Cleanup
  readonly signal: AbortSignal
  readonly onAgentEnd: (sentence: string) => void
}

/** The machine as the project's globalSetup has it (`blindProject`), with this agent; else one of our own. */
async function openContext({ env, handler }: AskedRun, setup: Setup): Promise<RunContext> {
  const { cleanup, signal, onAgentEnd } = setup
  // What was asked of an earlier run is not asked of this one, but machine and HAProxy can be set from outside.
  const { SPOE_BENCH_RUN_ID: _runId, ...outside } = process.env
  const whole = { ...outside, ...env, SPOE_BENCH_SUITE: 'own', SPOE_BENCH_CWD: process.cwd() }
  const shared = await findSharedContext()
  const context =
    shared === null
      ? await prepareRun({ env: whole, handler, cleanup, signal, onAgentEnd })
      : await joinContext(shared, { env: whole, handler }, setup)
  // Our process goes on when this is over.
  if (context.mode === 'awake') cleanup.defer(() => pinProcess(process.pid, context.cores))
  return context
}

async function joinContext(
  shared: RunContext,
  { env, handler }: AskedRun,
  { cleanup, signal, onAgentEnd }: Setup,
): Promise<RunContext> {
  const { binary, host } = shared
  const { major, minor } = binary.release
  if ((env['SPOE_BENCH_HAPROXY'] ?? `${major}.${minor}`) !== `${major}.${minor}`) {
    throw usage(`HAProxy ${env['SPOE_BENCH_HAPROXY']}, it has ${binary.version}: set SPOE_BENCH_HAPROXY`)
  }
  if (env['SPOE_BENCH_AS_IS'] !== undefined && shared.mode === 'awake') {
    throw usage('a machine left as it is, it is kept awake: set SPOE_BENCH_AS_IS=1')
  }
  const options = readOwnOptions(env, handler)
  if (options === null) throw new Error('Expected an agent to measure.')
  const startedAt = new Date().toISOString()
  const runId = newRunId(startedAt)
  const own = await setUpOwn(options, {
    binary,
    core: host.keepAwake.nodeCore,
    filesPath: join(resultsDir, 'agents', runId),
    cleanup,
    signal,
    onEnd: onAgentEnd,
  })
  return { ...shared, runId, startedAt, own }
}

function usage(what: string): TrialError {
  return new TrialError('usage', `Expected the project that blindTest runs in to have ${what} for all of it.`)
}

async function findSharedContext(): Promise<RunContext | null> {
  if (process.env['VITEST'] === undefined) return null
  const { inject } = await import('vitest')
  try {
    // Absent where the project has no globalSetup of ours, whatever its type says.
    const context: RunContext | undefined = inject('spoeBench')
    return context ?? null
  } catch {
    // A program that was started by somebody's test is not itself one.
    return null
  }
}

function resultOf(run: Run, folder: string): BlindTestResult {
  const { outcome, reasons } = run
  const [latency] = run.latencies
  if (outcome !== 'within' && outcome !== 'exceeds' && outcome !== 'inconclusive') {
    throw new BlindTestError(
      outcome,
      folder,
      `Expected a run that decides something, it is ${outcome}: ${reasons.join('; ')}. Its records are in ${folder}.`,
    )
  }
  if (latency === undefined) throw new Error(`Expected the run to have a latency: ${folder}.`)
  const { latencyMs: _latencyMs, ...figures } = latency
  return { ...figures, outcome, run, folder }
}
