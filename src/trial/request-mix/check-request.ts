import { bodyLength, headOf } from '../../record/request-text.ts'
import type { MixRequest } from '../../record/traffic.ts'

/** `tune.bufsize` less `tune.maxrewrite`: what HAProxy has for a request's header, its own structure included. */
const haproxyHeaderBytes = 16_384 - 1_024
/** What it keeps beside a name and its value, and for the request as a whole. */
const perHeaderBytes = 8
const perRequestBytes = 128
/** `tune.http.maxhdr` with the request line, less what is ours: the request's number and its proof. */
const haproxyHeaders = 98
const maxBodyBytes = 1_048_576

/** Headers that say how a connection is used, or that are ours; lower case. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request',
  'x-spoe-proof',
])

/** Whether a header is not the mix's to set: hop by hop (RFC 9110, section 7.6.1), its framing, or ours. */
export function isOwnHeader(name: string): boolean {
  return ownHeaders.has(name.toLowerCase()) || name.startsWith(':')
}

/** What is wrong with a request, as it follows on "Expected ", or null. */
export function findFault(request: MixRequest): string | null {
  const { method, path, headers } = request
  if (!/^[A-Za-z-]+$/.test(method) || method === 'CONNECT') {
    return `a method of HTTP other than CONNECT, got ${JSON.stringify(method)}`
  }
  if (!/^\/[\u0021-\u007e]*$/.test(path)) {
    return `a path that begins with / and has no blanks (percent-encoded), got ${JSON.stringify(path)}`
  }
  for (const [name, value] of headers) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return `names of headers, got ${JSON.stringify(name)}`
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
      return `the header ${name} to be on one line in latin1, got ${JSON.stringify(value)}`
    }
    if (isOwnHeader(name)) {
      return `no header ${name}: it is of the connection or ours (--connection, "body"), leave it out`
    }
  }
  if (headers.length > haproxyHeaders) {
    return `at most ${haproxyHeaders} headers (HAProxy's tune.http.maxhdr), got ${headers.length}`
  }
  const size =
    Buffer.byteLength(headOf(request), 'latin1') + perHeaderBytes * headers.length + perRequestBytes
  if (size > haproxyHeaderBytes) {
    return (
      `a header that fits into HAProxy's buffer, ${haproxyHeaderBytes} bytes (tune.bufsize less tune.maxrewrite), ` +
      `got one that takes ${size} there`
    )
  }
  const length = bodyLength(request)
  return length > maxBodyBytes ? `a body of at most ${maxBodyBytes} bytes, got ${length}` : null
}
