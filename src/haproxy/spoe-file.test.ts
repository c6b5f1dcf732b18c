import { expect, test } from 'vitest'
import { findEngine, useBackend } from './spoe-file.ts'

const two = `
# [commented-out]
[first]
spoe-agent first-agent
    messages m   # use-backend nowhere
    use-backend agents-1
spoe-message m
    args ip=src
    event on-client-session

[second]
spoe-agent second-agent
    groups g
spoe-group g
    messages n
`

test('an engine is found by its scope', () => {
  expect(findEngine(two, 'x.cfg', 'first')).toEqual({
    scope: 'first',
    agent: 'first-agent',
    backend: 'agents-1',
    events: ['on-client-session'],
  })
  expect(findEngine(two, 'x.cfg', 'second')).toEqual({
    scope: 'second',
    agent: 'second-agent',
    backend: null,
    events: [],
  })
})

test('only messages that it sends by itself, in its own scope, have events', () => {
  const text = `
[one]
spoe-agent a
    messages m1 m2
    messages m3
    groups g
spoe-message m1
    event on-http-response if TRUE
spoe-message m2
    event on-frontend-http-request # not on-server-session
spoe-message m3
    event on-http-response
spoe-message m4
    event on-tcp-response
[two]
spoe-message m1
    event on-server-session
`
  expect(findEngine(text, 'x.cfg', 'one').events).toEqual(['on-http-response', 'on-frontend-http-request'])
})

test('the only one needs no name', () => {
  const one = two.slice(0, two.indexOf('[second]'))
  expect(findEngine(one, 'x.cfg', null).scope).toBe('first')
  expect(findEngine(one.replace('[first]', ''), 'x.cfg', null).scope).toBeNull()
})

test.for([
  [two, null, 'of x.cfg ("first", "second"), got none'],
  [two, 'frist', 'got "frist"'],
  ['', 'first', '(it has no spoe-agent section), got "first"'],
  ['spoe-agent a', 'a', '(one without a name), got "a"'],
] as const)('%#: one sentence', ([text, name, sentence]) => {
  expect(() => findEngine(text, 'x.cfg', name)).toThrow(sentence)
})

test('another backend is that of the engine alone, and every other line stays as it is', () => {
  const text = `
[one]
spoe-agent a   # use-backend x
    use-backend  old $1  # of one
spoe-message use-backend
    args use-backend old
[two]
spoe-agent a
    use-backend old`
  const engine = findEngine(text, 'x.cfg', 'one')
  const changed = useBackend(text, engine, 'agents-$&')
  expect(findEngine(changed, 'x.cfg', 'one')).toEqual({ ...engine, backend: 'agents-$&' })
  expect(findEngine(changed, 'x.cfg', 'two').backend).toBe('old')
  expect(changed.replace('agents-$&', 'old')).toBe(text)
})
