import { expect, test } from 'vitest'
import { parseFaultyCommand } from './faulty-command.ts'

test('a fault is enough', () => {
  expect(parseFaultyCommand(['hung'])).toEqual({ fault: 'hung', port: 12_345, lateMs: 400 })
  expect(parseFaultyCommand(['late', '--late-ms', '50', '--port', '0'])).toEqual({
    fault: 'late',
    port: 0,
    lateMs: 50,
  })
  expect(parseFaultyCommand(['--help'])).toBeUndefined()
})

test.for([
  [[], /^Expected one fault of none, hung, .*, got ""$/],
  [['tired'], /got "tired"$/],
  // Nothing that could be started.
  [['refused'], /got "refused"$/],
  [['hung', 'late'], /got "hung late"$/],
  [['hung', '--port', '70000'], /^Expected --port to be a number of 0 to 65535, got "70000"$/],
  [['hung', '--late-ms', '-1x'], /^Expected /],
  [['hung', '--nope'], /^Expected a fault, --port, --late-ms or --help: /],
] as const)('%j: what was expected, in one sentence', ([args, sentence]) => {
  expect(() => parseFaultyCommand(args)).toThrow(
    expect.objectContaining({ code: 'invalidOption', message: expect.stringMatching(sentence) }),
  )
})
