import { z } from 'zod'
import { modeSchema } from './plan.ts'

/** host.json: on what it was measured. No host name, user name or path: records get published. */

export const hostSchema = z.strictObject({
  schema: z.literal('spoe-bench/host/1'),
  fingerprint: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  haproxy: z.strictObject({
    version: z.string(),
    source: z.string(),
    buildHash: z.string().describe('SHA-256 of the build options'),
    nbthread: z.int(),
  }),
  node: z.string(),
  packages: z.record(z.string(), z.string()),
  keepAwake: z.strictObject({
    mode: modeSchema,
    reason: z.string().nullable().describe('why the machine is left as is, where it was not asked for'),
    haproxyCore: z.int().nullable(),
    nodeCore: z.int().nullable(),
  }),
})
export type Host = z.infer<typeof hostSchema>
