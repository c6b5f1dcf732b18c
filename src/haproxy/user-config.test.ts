import { expect, test } from 'vitest'
import { checkUserConfig, proofRulesOf, readProof, rulesOf, type UserConfig } from './user-config.ts'
import { findAlert } from './check-config.ts'

const fine: UserConfig = {
  spoeFile: '/x/spoe.cfg',
  engine: { scope: 'coraza', agent: 'coraza-agent', backend: 'coraza-spoa', events: [] },
  rules: [
    'unique-id-header x-id',
    '  http-request send-spoe-group coraza coraza-req',
    'http-request deny if FALSE',
  ],
  proofVariables: ['txn.coraza.action', 'sess.coraza.id'],
}

test('what is fine is taken', () => {
  expect(() => checkUserConfig(fine)).not.toThrow()
})

test.for([
  [{ proofVariables: [] }, 'Expected --proof-var to name a variable'],
  [{ proofVariables: ['action'] }, 'got "action"'],
  [{ proofVariables: ['proc.coraza.action'] }, 'in scope sess, txn, req (it is looked at in the request)'],
  [{ proofVariables: ['txn.a} rm'] }, 'got "txn.a} rm"'],
  [{ engine: { ...fine.engine, backend: 'webservers' } }, 'got "webservers": rename it'],
] as const)('%j is refused', ([changes, sentence]) => {
  expect(() => checkUserConfig({ ...fine, ...changes })).toThrow(sentence)
})

test('a group is sent where the filter is, everything else everywhere', () => {
  expect(rulesOf(fine, true)).toHaveLength(3)
  expect(rulesOf(fine, false)).toEqual(['unique-id-header x-id', 'http-request deny if FALSE'])
})

test('all variables have to be set', () => {
  expect(proofRulesOf(fine).backend[1]).toMatch(
    / if \{ var\(txn\.coraza\.action\) -m found \} \{ var\(sess\.coraza\.id\) -m found \}$/,
  )
})

test('what the session keeps proves one request and not the next', () => {
  expect(proofRulesOf(fine).frontend).toEqual(['http-after-response unset-var(sess.coraza.id)'])
})

test('the clock is read before and after all that may ask, or not at all', () => {
  expect(proofRulesOf(fine).first).toEqual([
    'tcp-request content set-var(txn.spoe_bench.start_us) date(0,us)',
  ])
  expect(proofRulesOf(fine).backend[0]).toBe(
    'http-request set-header x-spoe-proof none-%[date(0,us),sub(txn.spoe_bench.start_us)]',
  )
  const early = { ...fine, engine: { ...fine.engine, events: ['on-client-session'] } }
  expect(proofRulesOf(early)).toMatchObject({
    first: [],
    backend: ['http-request set-header x-spoe-proof none', expect.any(String)],
  })
})

test('where the agent is asked too late for the origin, the client is told', () => {
  const late = { ...fine, engine: { ...fine.engine, events: ['on-http-response'] }, rules: [] }
  const { first, frontend, backend } = proofRulesOf(late)
  expect([first, backend]).toEqual([[], ['tcp-response content set-var(txn.spoe_bench.start_us) date(0,us)']])
  expect(frontend[1]).toMatch(/^http-response set-header x-spoe-proof done-/)
  expect(() => checkUserConfig({ ...late, proofVariables: ['req.coraza.x'] })).toThrow(
    'in scope sess, txn, res (it is looked at in the response)',
  )
  expect(() => checkUserConfig({ ...late, proofVariables: ['res.coraza.x'] })).not.toThrow()
})

test('what a header of proof says', () => {
  expect(['none', 'none-0', 'done', 'done-137', 'done-', 'gone-1', ''].map(readProof)).toEqual([
    { isProven: false, askedUs: null },
    { isProven: false, askedUs: 0 },
    { isProven: true, askedUs: null },
    { isProven: true, askedUs: 137 },
    ...[1, 2, 3].map(() => ({ isProven: false, askedUs: null })),
  ])
})

test('the first alert with a place is the one that says something', () => {
  const stderr = [
    '[NOTICE]   (7) : haproxy version is 3.2.26',
    '[ALERT]    (7) : config : parsing [/x/my spoe.cfg:12] : unknown keyword',
    '[ALERT]    (7) : config : Error(s) found in configuration file',
  ].join('\n')
  expect(findAlert(stderr)).toEqual({ file: '/x/my spoe.cfg', line: 12, text: 'unknown keyword' })
  expect(findAlert('[ALERT]    (7) : config : no place')).toBe('no place')
})
