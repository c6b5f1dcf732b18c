import { connectionSchema, type Traffic } from '../record/traffic.ts'
import { readMix } from '../trial/request-mix/read-mix.ts'
import { TrialError } from '../trial/trial-error.ts'
import { pathOf } from './user-files.ts'

/** What is sent, as it was asked for on the command line. */
export interface TrafficOptions {
  /** undefined: what the seed sends. */
  readonly traffic: Traffic | undefined
  /** What the user has to know of what is made of his files, a sentence each. */
  readonly notes: readonly string[]
}

/** @throws {TrialError} `usage` with one sentence for the user */
export function readTraffic(env: NodeJS.ProcessEnv, cwd: string): TrafficOptions {
  const connection = env['SPOE_BENCH_CONNECTION'] ?? 'new'
  const requestsFile = pathOf(env['SPOE_BENCH_REQUESTS'], cwd)
  const read = requestsFile === null ? null : readMix(requestsFile)
  const parsed = connectionSchema.safeParse(connection)
  if (!parsed.success) {
    throw new TrialError(
      'usage',
      `Expected --connection to be ${connectionSchema.options.join(' or ')}, got "${connection}".`,
    )
  }
  if (read === null) {
    return { traffic: parsed.data === 'new' ? undefined : { connection: parsed.data }, notes: [] }
  }
  return {
    traffic: { connection: parsed.data, mix: read.mix },
    notes: read.notes.map((note) => `${read.mix.from}: ${note}`),
  }
}
