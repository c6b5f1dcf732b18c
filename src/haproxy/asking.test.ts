import { expect, test } from 'vitest'
import { askingOf } from './asking.ts'

const group = (keyword: string): string => `  ${keyword} send-spoe-group e g if TRUE`

test.for([
  [['on-client-session'], [], 'request', false],
  [['on-frontend-tcp-request'], [], 'request', false],
  [['on-frontend-http-request'], [], 'request', true],
  [['on-backend-http-request', 'on-backend-tcp-request'], [group('http-request')], 'request', true],
  [['on-client-session', 'on-frontend-http-request'], [], 'request', false],
  [['on-server-session'], [], 'response', false],
  [['on-tcp-response'], [], 'response', false],
  [['on-http-response'], [group('http-response')], 'response', true],
  [['on-http-response'], [group('http-request')], 'response', false],
  [['on-frontend-http-request', 'on-http-response'], [], 'response', false],
  [[], [group('tcp-request content')], 'request', true],
  [[], ['http-request deny'], 'request', false],
] as const)(
  '%j with the rules %j: proven in the %s, bracketed: %s',
  ([events, rules, provenIn, isBracketed]) => {
    const engine = { scope: 'e', agent: 'a', backend: 'b', events }
    expect(askingOf({ engine, rules })).toMatchObject({ provenIn, isBracketed })
  },
)
