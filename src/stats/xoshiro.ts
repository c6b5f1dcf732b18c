/** What a bootstrap needs of its caller: uniform integers from 0 to n - 1. */
export type RandomSource = { below(n: number): number }

const word = 2 ** 32

/**
 * The fast generator that resampling runs on: xoshiro128** (Blackman and Vigna 2021, "Scrambled linear
 * pseudorandom number generators"), seeded from the caller's, which may be slow and secret. Integers only,
 * so every machine draws the same. Returns 32-bit words.
 */
export function createXoshiro(source: RandomSource): () => number {
  const draw = (): number => (source.below(65_536) * 65_536 + source.below(65_536)) | 0
  let a = draw()
  let b = draw()
  let c = draw()
  // The state must not be all zeros; an odd word in it is enough.
  let d = draw() | 1
  return () => {
    const scrambled = Math.imul(b, 5)
    const next = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return next
  }
}

/** A word scaled to 0..n-1; uneven by at most n / 2^32, which no interval can show. */
export function scaleWord(uniform: number, n: number): number {
  return Math.floor((uniform * n) / word)
}
