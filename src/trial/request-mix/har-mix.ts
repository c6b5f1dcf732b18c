import { z } from 'zod'
import type { MixRequest } from '../../record/traffic.ts'
import { isOwnHeader } from './check-request.ts'

/** HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/): of a recording the requests alone are read. */
const harSchema = z.object({
  log: z.object({
    entries: z
      .array(
        z.object({
          request: z.object({
            method: z.string(),
            url: z.string(),
            headers: z.array(z.object({ name: z.string(), value: z.string() })),
            bodySize: z.number().optional(),
            postData: z.object({ text: z.string().optional(), encoding: z.string().optional() }).nullish(),
          }),
        }),
      )
      .min(1),
  }),
})

export interface HarMix {
  readonly requests: MixRequest[]
  /** What was left out or changed, a sentence each. */
  readonly notes: string[]
}

/** What nobody wants in the records of a run; as long as it was, because its length is what an agent pays for. */
const secretHeaders = new Set(['cookie', 'authorization'])

/**
 * Takes the requests of a recording for HAProxy's frontends: path, headers and body as they were, `host` as a header
 * like any other. Hop-by-hop headers and those of the framing are left out, and so is what is no HTTP request.
 *
 * @throws {z.ZodError | SyntaxError}
 */
export function parseHarMix(text: string): HarMix {
  const { entries } = harSchema.parse(JSON.parse(text)).log
  const left = new Map<string, number>()
  const hosts = new Set<string>()
  let masked = 0
  let other = 0
  const requests = entries.flatMap(
    ({ request: { method, url, headers, postData, bodySize } }): MixRequest[] => {
      if (!/^https?:\/\//i.test(url) || !URL.canParse(url) || method === 'CONNECT') {
        other++
        return []
      }
      const { host, pathname, search } = new URL(url)
      hosts.add(host)
      const kept = headers.flatMap(({ name, value }): [string, string][] => {
        if (isOwnHeader(name)) {
          const key = name.toLowerCase()
          left.set(key, (left.get(key) ?? 0) + 1)
          return []
        }
        if (!secretHeaders.has(name.toLowerCase())) return [[name, value]]
        masked++
        return [[name, 'x'.repeat(value.length)]]
      })
      const hasHost = kept.some(([name]) => name.toLowerCase() === 'host')
      const body = bodyIn(postData ?? undefined, bodySize)
      return [
        {
          method,
          path: pathname + search,
          headers: hasHost ? kept : [['host', host], ...kept],
          ...(body === undefined ? {} : { body }),
          times: 1,
        },
      ]
    },
  )
  const names = [...left]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} x ${count}`)
  return {
    requests,
    notes: [
      `no host of the recording is contacted (${[...hosts].slice(0, 3).join(', ')}${hosts.size > 3 ? ', ...' : ''}): all of it goes to the local HAProxy`,
      ...(names.length > 0 ? [`left out, being of the connection or ours: ${names.join(', ')}`] : []),
      ...(masked > 0 ? [`${masked} values of cookie and authorization are sent as so many x`] : []),
      ...(other > 0 ? [`left out, being no HTTP requests: ${other} entries`] : []),
    ],
  }
}

function bodyIn(
  postData: { text?: string | undefined; encoding?: string | undefined } | undefined,
  bodySize = 0,
): MixRequest['body'] {
  const { text = '', encoding } = postData ?? {}
  if (text !== '') return encoding === 'base64' ? { base64: text } : { text }
  // Some recorders leave the text out and give its size; -1 is HAR's word for "not known".
  return bodySize > 0 ? { bytes: bodySize } : undefined
}
