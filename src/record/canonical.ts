import { createHash } from 'node:crypto'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** JSON with its names sorted and no white space: the same value is the same bytes (after RFC 8785). */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`
  const object = value as { readonly [name: string]: Json }
  const members = Object.keys(object)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(object[name] as Json)}`)
  return `{${members.join(',')}}`
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Whether two values are the same as JSON, whatever the order of names; what is undefined is as if it were not there. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return canonicalOf(one) === canonicalOf(other)
}

/** Canonical JSON of whatever can be written as JSON. */
export function canonicalOf(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value ?? null)) as Json)
}
