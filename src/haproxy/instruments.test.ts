import { expect, test } from 'vitest'
import { frontendInstruments, parseMessageLine, parseRequestLine } from './instruments.ts'

// Lines that HAProxy 2.6.12 and 3.4.7 wrote, an agent asleep for 20 ms behind them.

test('a request: timers, variables, and the microseconds between the two readings of the clock', () => {
  const line = 'spoe-bench-request 40 0 1 12 53 39 38 1795610474008736 1795610474048729\n'
  expect(parseRequestLine(line)).toEqual({
    requestMs: 40,
    queueMs: 0,
    connectMs: 1,
    responseMs: 12,
    activeMs: 53,
    processMs: 39,
    totalMs: 38,
    bracketUs: 39_993,
  })
})

test('a variable that was not set is null', () => {
  expect(parseRequestLine('spoe-bench-request 0 0 1 1 2 - - 1795610474008736 -')).toMatchObject({
    processMs: null,
    totalMs: null,
    bracketUs: null,
  })
})

test('the line has a field for everything that is read', () => {
  const format = frontendInstruments.first.find((line) => line.startsWith('log-format'))
  const fields = format?.split('"')[1]?.split(' ') ?? []
  expect(parseRequestLine([fields[0], ...fields.slice(1).map(() => '7')].join(' '))).not.toBeNull()
})

test('a message up to 3.0: the wait for the ACK stands beside the whole', () => {
  const line =
    'SPOE: [iprep-agent-offload] <EVENT:on-frontend-http-request> sid=1 st=0 0/12/27/0/39 1/1 0/0 0/1\n'
  expect(parseMessageLine(line)).toEqual({
    agent: 'iprep-agent-offload',
    event: 'on-frontend-http-request',
    status: 0,
    processMs: 39,
    waits: { queueMs: 12, ackMs: 27 },
    errors: 0,
    processed: 1,
  })
})

test('a message from 3.1 on: the whole alone', () => {
  const line = 'SPOE: [iprep-agent-offload] <EVENT:on-frontend-http-request> sid=5 st=256 21 2/3\n'
  expect(parseMessageLine(line)).toMatchObject({
    status: 256,
    processMs: 21,
    waits: null,
    errors: 2,
    processed: 3,
  })
})

test.for(['', 'spoe-bench-request 1 2', 'SPOE: [a] <GROUP:b> sid=1 st=0 21 2/3', 'Proxy web started.'])(
  'another line is none of them: %j',
  (line) => {
    expect(parseRequestLine(line)).toBeNull()
    expect(parseMessageLine(line)).toBeNull()
  },
)
