/**
 * When HAProxy asks an agent, and what follows for where a request can prove it. Pure.
 *
 * Source: doc/SPOE.txt, section 2.2 (events); which rules come before and after each event was tried on HAProxy
 * 2.6, 3.0, 3.2 and 3.4: asking.e2e.ts.
 */
import type { SpoeEngine } from './spoe-file.ts'

export interface Asking {
  /** Events of the engine, and rules that send a group of it: `http-request send-spoe-group`. */
  readonly events: readonly string[]
  /** The origin is told, or it is too late for that and the client is. */
  readonly provenIn: 'request' | 'response'
  /** Whether rules of ours can read HAProxy's clock before and after all of them. */
  readonly isBracketed: boolean
}

const group = 'send-spoe-group'

/** Between the first rule of a frontend and the last of the origin's backend. */
const bracketedInRequest = new Set([
  'on-frontend-http-request',
  'on-backend-tcp-request',
  'on-backend-http-request',
  `tcp-request ${group}`,
  `http-request ${group}`,
])
/** The request has gone to the origin. */
const inResponse = new Set([
  'on-server-session',
  'on-tcp-response',
  'on-http-response',
  `http-response ${group}`,
])
/** Between the origin's backend and the `http-response` rules of a frontend. */
const bracketedInResponse = new Set(['on-http-response', `http-response ${group}`])

export function askingOf({ engine, rules }: { engine: SpoeEngine; rules: readonly string[] }): Asking {
  const groups = rules.flatMap((rule) => groupRuleOf(rule) ?? [])
  const events = [...new Set([...engine.events, ...groups])]
  const provenIn = events.some((event) => inResponse.has(event)) ? 'response' : 'request'
  const bracketed = provenIn === 'request' ? bracketedInRequest : bracketedInResponse
  return { events, provenIn, isBracketed: events.length > 0 && events.every((event) => bracketed.has(event)) }
}

/** `http-request send-spoe-group` where a rule of a frontend sends a group, else null: it belongs to the filter. */
export function groupRuleOf(rule: string): string | null {
  const keyword = /^\s*(\S+) .*\bsend-spoe-group\b/.exec(rule)?.[1]
  return keyword === undefined ? null : `${keyword} ${group}`
}
