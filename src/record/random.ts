import { createHash, createHmac } from 'node:crypto'

/** A deterministic source of numbers: the same key gives the same sequence on every machine. */
export interface Random {
  /** Uniform on 0 .. 2^32 - 1. */
  uint32(): number
  /** Uniform on 0 .. n - 1, without modulo bias. */
  below(n: number): number
  /** Uniform on [0, 1), 32 bits fine. */
  uniform(): number
  /** The same items in a uniformly random order (Fisher-Yates), as a new array. */
  shuffle<T>(items: readonly T[]): T[]
}

/** A key of its own for each label, so that one can be opened without the others: HMAC-SHA-256(key, label). */
export function deriveKey(key: Uint8Array, label: string): Uint8Array {
  return createHmac('sha256', key).update(label).digest()
}

/** SHA-256 in counter mode over `key`. */
export function createRandom(key: Uint8Array): Random {
  let counter = 0
  let block = Buffer.alloc(0)
  let offset = 0

  function uint32(): number {
    if (offset === block.length) {
      const count = Buffer.alloc(8)
      count.writeBigUInt64BE(BigInt(counter++))
      block = createHash('sha256').update(key).update(count).digest()
      offset = 0
    }
    const value = block.readUInt32BE(offset)
    offset += 4
    return value
  }

  function below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RangeError(`Expected a whole number from 1 to 2^32, got ${n}.`)
    }
    const limit = 2 ** 32 - (2 ** 32 % n)
    let value = uint32()
    while (value >= limit) value = uint32()
    return value % n
  }

  return {
    uint32,
    below,
    uniform: () => uint32() / 2 ** 32,
    shuffle<T>(items: readonly T[]): T[] {
      const shuffled = [...items]
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const held = shuffled[i] as T
        shuffled[i] = shuffled[j] as T
        shuffled[j] = held
      }
      return shuffled
    },
  }
}
