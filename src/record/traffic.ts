import { z } from 'zod'

/** What the load generator sends, where it is something else than `GET /` on a new connection for each request. */

/**
 * `new`: a TCP connection for each request, as the seed's client opens one. `keep-alive`: a connection is used again
 * once its response has come, and a request that finds none idle opens one, which is then part of its latency.
 */
export const connectionSchema = z.enum(['new', 'keep-alive'])

export const trafficSchema = z.strictObject({
  connection: connectionSchema,
})
export type Traffic = z.infer<typeof trafficSchema>
