import { expect, test } from 'vitest'
import type { Exchange, OriginRecord } from '../record/samples.ts'
import { classify, type FatedRequest } from './classify.ts'

const ports = [1, 2, 3, 4]

function fateOf(port: number, fault: string | null, proofs: readonly string[]): Partial<FatedRequest> {
  const exchange: Exchange = [port, 4711, 0, 10, 20, fault]
  const origin = proofs.map((proof): OriginRecord => [0, 15, proof])
  const [{ fate, error } = {}] = classify({ exchanges: [exchange], origin, ports })
  return { fate, error } as Partial<FatedRequest>
}

const forbidden = 'expected status 200, got "HTTP/1.1 403 Forbidden"'

test.for([
  ['checked', null, ['2-4711'], null],
  ['unchecked', null, ['none'], null],
  ['unchecked', null, ['error-257'], 257],
  ['rejected', forbidden, [], null],
  ['failed', 'expected status 200, got "HTTP/1.1 503 Service Unavailable"', [], null],
  ['failed', 'no response within 10000 ms', [], null],
  // It reached the origin, which is no rejection.
  ['failed', forbidden, ['none'], null],
  ['failed', null, ['none', 'none'], null],
  // The verdict on another request.
  ['failed', null, ['2-4712'], null],
  ['failed', null, ['3-4711'], null],
] as const)('%s: client %s, origin %j', ([fate, fault, proofs, error]) => {
  expect(fateOf(2, fault, proofs)).toEqual({ fate, error })
})

test('blocks are counted in slots, and codes known by their ports', () => {
  const exchanges = [4, 1, 2, 3, 3].map((port): Exchange => [port, 4711, 0, 10, 20, forbidden])
  const requests = classify({ exchanges, origin: [], ports })
  expect(requests.map(({ code, block }) => [code, block])).toEqual([
    [3, 0],
    [0, 0],
    [1, 0],
    [2, 0],
    [2, 1],
  ])
})
