import { type OutageArmName, outageArmNames } from '../haproxy/outage-config.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { caseKey } from '../trial/allocation.ts'

/** Opens this row and says nothing of the others. @param row its id in the plan */
export function rowKey(seed: Uint8Array, row: string): Uint8Array {
  return caseKey(seed, row)
}

/** Which arm is behind each code of a row. */
export function armsOfRow(key: Uint8Array): readonly OutageArmName[] {
  return createRandom(deriveKey(key, 'codes')).shuffle(outageArmNames)
}

/** For every slot, in sending order, the code that is asked: one request to every arm in each block, in random order. */
export function drawOrder(key: Uint8Array, blocks: number): number[] {
  const orders = createRandom(deriveKey(key, 'orders'))
  const codes = outageArmNames.map((_, code) => code)
  return Array.from({ length: blocks }, () => orders.shuffle(codes)).flat()
}
