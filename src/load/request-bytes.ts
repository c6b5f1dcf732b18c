import { bodyOf, headOf } from '../record/request-text.ts'
import type { Mix } from '../record/traffic.ts'

/** A request as it goes over the wire. */
export interface RequestBytes {
  readonly bytes: string | Buffer
  /** Its response has a length and no body. */
  readonly isHead: boolean
}

/**
 * Makes the requests of a load: `GET /`, or the `index`-th of a mix. They differ in nothing but their number, of
 * eight digits, so that every request of a kind is as long as the next.
 */
export function createRequests(
  host: string,
  mix: Mix | undefined,
): (number: number, index: number) => RequestBytes {
  const tail = (number: number): string => `x-request: ${String(number).padStart(8, '0')}\r\n\r\n`
  if (mix === undefined) {
    return (number) => ({ bytes: `GET / HTTP/1.1\r\nhost: ${host}\r\n${tail(number)}`, isHead: false })
  }
  const made = mix.requests.map((request) => ({
    head: headOf(request, host),
    body: bodyOf(request),
    isHead: request.method === 'HEAD',
  }))
  return (number, index) => {
    const { head, body, isHead } = made[index] as (typeof made)[number]
    return { bytes: Buffer.concat([Buffer.from(head + tail(number), 'latin1'), body]), isHead }
  }
}
