import { expect, test } from 'vitest'
import { checkUserConfig, proofRulesOf, rulesOf, type UserConfig } from './user-config.ts'
import { findAlert } from './check-config.ts'

const fine: UserConfig = {
  spoeFile: '/x/spoe.cfg',
  engine: { scope: 'coraza', agent: 'coraza-agent', backend: 'coraza-spoa' },
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
  [{ proofVariables: ['proc.coraza.action'] }, 'in scope sess, txn or req'],
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
  expect(proofRulesOf(fine)[1]).toMatch(
    / if \{ var\(txn\.coraza\.action\) -m found \} \{ var\(sess\.coraza\.id\) -m found \}$/,
  )
})

test('what the session keeps proves one request and not the next', () => {
  expect(proofRulesOf(fine).slice(2)).toEqual(['http-after-response unset-var(sess.coraza.id)'])
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
