import { z } from 'zod'
import { canonicalJson, sha256 } from './canonical.ts'
import { bodyLength, headOf } from './request-text.ts'

/** What the load generator sends, where it is something else than `GET /` on a new connection for each request. */

/**
 * `new`: a TCP connection for each request, as the seed's client opens one. `keep-alive`: a connection is used again
 * once its response has come, and a request that finds none idle opens one, which is then part of its latency.
 */
export const connectionSchema = z.enum(['new', 'keep-alive'])
export type Connection = z.infer<typeof connectionSchema>

/** One request of a mix, as it goes over the wire but for the number that every request of ours has. */
export const mixRequestSchema = z.strictObject({
  method: z.string(),
  path: z.string(),
  /** In order; without what is ours to say: its length, and how the connection is used. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Of these bytes, or of so many that say nothing; absent: none. */
  body: z
    .union([
      z.strictObject({ text: z.string() }),
      z.strictObject({ base64: z.base64() }),
      z.strictObject({ bytes: z.int().min(1) }),
    ])
    .optional(),
  /** How often it comes for each time that another one comes once. */
  times: z.int().min(1),
})
export type MixRequest = z.infer<typeof mixRequestSchema>

export const mixSchema = z.strictObject({
  from: z.string().describe('the file that it was read from, folders left out'),
  requests: z.array(mixRequestSchema).min(1),
})
export type Mix = z.infer<typeof mixSchema>

export const trafficSchema = z.strictObject({
  connection: connectionSchema,
  /** Each block sends one of them to every arm. Absent: `GET /`. */
  mix: mixSchema.optional(),
})
export type Traffic = z.infer<typeof trafficSchema>

/** The same in run.json: which mix it was and how much of it there is; the requests are in plan.json. */
export const trafficSummarySchema = z.strictObject({
  connection: connectionSchema,
  mix: z
    .strictObject({
      from: z.string(),
      hash: z.string().describe('SHA-256 of its requests as canonical JSON'),
      requests: z.int().min(1).describe('different ones'),
      largestHeader: z.int().describe('bytes, with the request line'),
      largestBody: z.int().describe('bytes'),
    })
    .optional(),
})
export type TrafficSummary = z.infer<typeof trafficSummarySchema>

export function summariseTraffic({ connection, mix }: Traffic): TrafficSummary {
  if (mix === undefined) return { connection }
  const { from, requests } = mix
  return {
    connection,
    mix: {
      from,
      hash: hashMix(mix),
      requests: requests.length,
      largestHeader: Math.max(...requests.map((request) => headOf(request).length)),
      largestBody: Math.max(...requests.map((request) => bodyLength(request))),
    },
  }
}

export function hashMix({ requests }: Mix): string {
  return sha256(canonicalJson(requests.map((request) => JSON.parse(JSON.stringify(request)))))
}
