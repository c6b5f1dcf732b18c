import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import type { Mix, MixRequest } from '../../record/traffic.ts'
import { TrialError } from '../trial-error.ts'
import { findFault } from './check-request.ts'
import { parseHarMix } from './har-mix.ts'
import { parseJsonMix } from './json-mix.ts'

/** Each is sent once before every case, to prove itself. */
const maxRequests = 500

export interface ReadMix {
  readonly mix: Mix
  /** What the user has to know of it, a sentence each. */
  readonly notes: readonly string[]
}

/**
 * Reads a mix of requests: a recording (`.har`) or a JSON list of `{ method, path, headers, body | bodyBytes |
 * bodyBase64, times }`, of which the path alone has to be there.
 *
 * @throws {TrialError} `usage` with one sentence for the user
 */
export function readMix(path: string): ReadMix {
  const from = basename(path)
  const { requests, notes } = parse(path, from)
  const isWhole = requests.length > 0 && requests.length <= maxRequests
  if (!isWhole) throw refuse(from, `1 to ${maxRequests} requests`, `${requests.length}: cut it`)
  for (const [index, request] of requests.entries()) {
    const fault = findFault(request)
    if (fault !== null) {
      throw new TrialError(
        'usage',
        `Expected of request ${index + 1} of ${from} (${JSON.stringify(`${request.method} ${request.path}`.slice(0, 60))}) ${fault}.`,
      )
    }
  }
  return { mix: { from, requests }, notes }
}

function parse(path: string, from: string): { requests: MixRequest[]; notes: string[] } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TrialError('usage', `Expected --requests to be a file that can be read, got ${path}.`, {
      cause,
    })
  }
  try {
    return path.endsWith('.har') ? parseHarMix(text) : { requests: parseJsonMix(text), notes: [] }
  } catch (cause) {
    const what = path.endsWith('.har')
      ? 'a recording in HAR'
      : 'a JSON list of requests such as [{"path": "/"}]'
    throw refuse(from, what, describe(cause), cause)
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof z.ZodError)) return cause instanceof Error ? cause.message : String(cause)
  const [issue] = cause.issues
  const place = issue === undefined || issue.path.length === 0 ? '' : `at ${issue.path.join('/')}: `
  return `${place}${issue?.message ?? ''}`
}

function refuse(from: string, expected: string, got: string, cause?: unknown): TrialError {
  return new TrialError('usage', `Expected ${from} to hold ${expected}, got ${got}.`, { cause })
}
