import { execa } from 'execa'
import { addToJobSummary } from '../report/job-summary.ts'

/** How long a command that stamps the commitment may take. */
const commandTimeoutMs = 60_000

export interface Commitment {
  readonly runId: string
  /** SHA-256 in hexadecimal. */
  readonly commitment: string
  /** The run's folder, for a command that wants to leave something there. */
  readonly path: string
}

export interface AnnounceOptions {
  /** A shell command (SPOE_BENCH_ON_COMMITMENT) that gets the commitment as its last argument. */
  readonly command: string | undefined
  /** File of a CI job's summary (GITHUB_STEP_SUMMARY). */
  readonly summaryFile: string | undefined
  readonly print: (line: string) => void
}

/** As the launcher and a CI job ask for it. @throws {Error} as `announceCommitment` does */
export function announceAsAsked(commitment: Commitment, print: (line: string) => void): Promise<void> {
  return announceCommitment(commitment, {
    command: process.env['SPOE_BENCH_ON_COMMITMENT'],
    summaryFile: process.env['GITHUB_STEP_SUMMARY'],
    print,
  })
}

/**
 * Makes the commitment known before the first request: on the terminal, in the job's summary, and to a command
 * that can have it stamped by somebody outside.
 * @throws {Error} when the command fails: a run that was to be stamped and is not does not start
 */
export async function announceCommitment(
  { runId, commitment, path }: Commitment,
  { command, summaryFile, print }: AnnounceOptions,
): Promise<void> {
  print(`commitment ${commitment}`)
  addToJobSummary(summaryFile, `spoe-bench run \`${runId}\`, commitment \`${commitment}\``)
  if (command === undefined || command === '') return
  const env = { SPOE_BENCH_COMMITMENT: commitment, SPOE_BENCH_RUN_FOLDER: path }
  try {
    await execa(`${command} ${commitment}`, { shell: true, env, stdin: 'ignore', timeout: commandTimeoutMs })
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    throw new Error(
      `Expected the command of --on-commitment to succeed before the first request; it did not: ${said || 'it said nothing'}.`,
      { cause },
    )
  }
}
