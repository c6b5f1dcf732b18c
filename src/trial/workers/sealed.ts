import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { helloSchema, notifySchema, originSchema } from '../../record/samples.ts'
import { TrialError } from '../trial-error.ts'

/**
 * sealed.json of a run whose requests others send: its seed, and what agent and origin wrote down. From the end of the
 * requests until the workers' records are imported; then all of it stands in samples.jsonl.
 */
const file = 'sealed.json'

const sealedSchema = z.strictObject({
  seed: z.string().describe('hexadecimal'),
  stealShare: z.number().nullable(),
  roundTripMs: z.number(),
  bootMs: z.number(),
  hellos: z.array(helloSchema),
  agentErrors: z.array(z.string()),
  cases: z.array(
    z.strictObject({
      ports: z.array(z.int()),
      notifies: z.array(notifySchema),
      requests: z.array(originSchema),
    }),
  ),
})
export type Sealed = z.infer<typeof sealedSchema>

/** It holds the seed: nobody but its owner reads it. */
export function writeSealed(runPath: string, sealed: Sealed): void {
  writeFileSync(join(runPath, file), JSON.stringify(sealed), { flag: 'wx', mode: 0o600 })
}

/** @throws {TrialError} `usage` for a run that waits for no records */
export function readSealed(runPath: string): Sealed {
  try {
    return sealedSchema.parse(JSON.parse(readFileSync(join(runPath, file), 'utf8')))
  } catch (cause) {
    throw new TrialError(
      'usage',
      `Expected a run of "npm run export" whose requests have all come, got ${runPath}, which waits for no records: ` +
        'it was imported, is under way, was interrupted, or sent its requests itself.',
      { cause },
    )
  }
}

export function removeSealed(runPath: string): void {
  rmSync(join(runPath, file))
}
