import { roundsNeeded } from '../stats/rounds.ts'
import { defaultBlocks, defaultRounds, type GateDesign } from '../trial/gate/plan-gate.ts'
import { type ResolvedSides, resolveSides } from '../trial/gate/resolve-sides.ts'
import { parseCount } from '../trial/peers/peer.ts'
import { TrialError } from '../trial/trial-error.ts'
import { readTraffic, type TrafficOptions } from './traffic-options.ts'
import { readUserFiles, type UserFiles } from './user-files.ts'

/** What a gate was asked for: its two sides, how much is measured, and what they are asked. */
export interface GateOptions
  extends ResolvedSides, TrafficOptions, Pick<GateDesign, 'blocks' | 'rounds' | 'agentSleepsMs'> {
  /** null: the article's message, which agents answer with its score. */
  readonly files: UserFiles | null
}

/** Any of these, and a proof is what the user says, no longer the article's score. */
const ofFiles = ['SPOE_CONFIG', 'ENGINE', 'RULES', 'PROOF_VARS', 'EVENT'].map((name) => `SPOE_BENCH_${name}`)

/** Finds both sides of a gate before anything is measured. @throws {TrialError} `usage` with one sentence */
export async function readGate(env: NodeJS.ProcessEnv, cacheDir: string): Promise<GateOptions | null> {
  if (env['SPOE_BENCH_SUITE'] !== 'gate') return null
  const base = env['SPOE_BENCH_BASE']
  if (base === undefined || base === '') {
    throw new TrialError(
      'usage',
      'Expected --base with what to compare with: a git ref, a directory, a command with {port} or host:port. ' +
        'Stored runs are compared by npm run baseline -- compare.',
    )
  }
  const cwd = env['SPOE_BENCH_CWD'] ?? process.cwd()
  const files = ofFiles.some((name) => env[name] !== undefined) ? readUserFiles(env, cwd) : null
  const traffic = readTraffic(env, cwd)
  const sides = await resolveSides({
    base,
    candidate: env['SPOE_BENCH_CANDIDATE'],
    agentCommand: env['SPOE_BENCH_AGENT_CMD'],
    prepare: env['SPOE_BENCH_PREPARE'],
    cwd,
    cacheDir,
  })
  const sleeps = env['SPOE_BENCH_SLEEPS']
  const blocks = parseCount('blocks', env['SPOE_BENCH_BLOCKS'], defaultBlocks)
  const rounds = parseCount('rounds', env['SPOE_BENCH_ROUNDS'], defaultRounds)
  if (rounds < roundsNeeded) {
    throw new TrialError(
      'usage',
      `Expected --rounds to be ${roundsNeeded} at least, because one start of two processes says nothing of the next; got ${rounds}.`,
    )
  }
  if (rounds > blocks) {
    throw new TrialError('usage', `Expected a block for every round at least, got ${blocks} for ${rounds}.`)
  }
  return {
    ...sides,
    ...traffic,
    files,
    blocks,
    rounds,
    ...(sleeps === undefined ? {} : { agentSleepsMs: sleeps.split(',').map(Number) }),
  }
}
