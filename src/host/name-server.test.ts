import { expect, test } from 'vitest'
import { answerQuery } from './name-server.ts'

/** What HAProxy 3.2 asks: the header, the question, and EDNS behind it. */
const question = Buffer.concat([Buffer.from('\x0242\x07example\0', 'latin1'), Buffer.from([0, 1, 0, 1])])
const query = Buffer.concat([
  Buffer.from([0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]),
  question,
  Buffer.from([0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0]),
])

test('one answer, to the question that was asked, under its number', () => {
  const answer = answerQuery(query) ?? Buffer.alloc(0)
  expect([...answer.subarray(0, 12)]).toEqual([0xab, 0xcd, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0])
  expect(answer.subarray(12, 12 + question.length)).toEqual(question)
  expect([...answer.subarray(12 + question.length)]).toEqual([
    0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, 1,
  ])
})

test('what is no question gets no answer, wherever it was cut off', () => {
  for (let length = 0; length < 12 + question.length; length++) {
    expect(answerQuery(query.subarray(0, length))).toBeNull()
  }
  expect(answerQuery(Buffer.alloc(2000, 1))).toBeNull()
})
