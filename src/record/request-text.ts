import type { Mix, MixRequest } from './traffic.ts'

/** A mix as it goes over the wire. Without a schema: what loads from elsewhere has nothing but Node. */

/** Every request as often as it comes, in the order of the file. */
export function bagOf({ requests }: Mix): number[] {
  return requests.flatMap(({ times }, index) => Array<number>(times).fill(index))
}

/** Request line and headers, each with its line end, in latin1; without what tells one request from the next. */
export function headOf(request: MixRequest, host = '127.0.0.1'): string {
  const { method, path, headers } = request
  const length = bodyLength(request)
  const hasHost = headers.some(([name]) => name.toLowerCase() === 'host')
  const hasLength = length > 0 || /^(?:POST|PUT|PATCH)$/.test(method)
  return [
    `${method} ${path} HTTP/1.1`,
    ...(hasHost ? [] : [`host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(hasLength ? [`content-length: ${length}`] : []),
    '',
  ].join('\r\n')
}

/** In bytes. */
export function bodyLength({ body }: MixRequest): number {
  return body !== undefined && 'bytes' in body ? body.bytes : bodyOf({ body }).length
}

export function bodyOf({ body }: Pick<MixRequest, 'body'>): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  if ('text' in body) return Buffer.from(body.text)
  if ('base64' in body) return Buffer.from(body.base64, 'base64')
  return Buffer.alloc(body.bytes, 'spoe-bench ')
}
