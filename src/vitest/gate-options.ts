import { roundsNeeded } from '../stats/rounds.ts'
import { defaultBlocks, defaultRounds } from '../trial/gate/plan-gate.ts'
import { resolveSides } from '../trial/gate/resolve-sides.ts'
import { parseCount } from '../trial/peers/peer.ts'
import { TrialError } from '../trial/trial-error.ts'
import type { RunContext } from './run-context.ts'

/** Finds both sides of a gate before anything is measured. @throws {TrialError} `usage` with one sentence */
export async function readGate(env: NodeJS.ProcessEnv, cacheDir: string): Promise<RunContext['gate']> {
  if (env['SPOE_BENCH_SUITE'] !== 'gate') return null
  const base = env['SPOE_BENCH_BASE']
  if (base === undefined || base === '') {
    throw new TrialError(
      'usage',
      'Expected --base with what to compare with: a git ref, a directory, a command with {port} or host:port. ' +
        'Stored runs are compared by npm run baseline -- compare.',
    )
  }
  const sides = await resolveSides({
    base,
    candidate: env['SPOE_BENCH_CANDIDATE'],
    agentCommand: env['SPOE_BENCH_AGENT_CMD'],
    prepare: env['SPOE_BENCH_PREPARE'],
    cwd: env['SPOE_BENCH_CWD'] ?? process.cwd(),
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
    blocks,
    rounds,
    ...(sleeps === undefined ? {} : { agentSleepsMs: sleeps.split(',').map(Number) }),
  }
}
