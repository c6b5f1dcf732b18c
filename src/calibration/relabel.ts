import { createRandom, deriveKey } from '../record/random.ts'
import { createXoshiro } from '../stats/xoshiro.ts'
import { testDifference } from './measure-unit.ts'
import type { TwinBlocks } from './record.ts'

export interface Relabelled {
  readonly relabellings: number
  /** For each of the alphas, how many relabellings raised an alarm. */
  readonly alarms: readonly number[]
}

/**
 * False alarms of the statistic alone: in stored blocks of two arms that were alike, the names of the arms are
 * exchanged at random in every block, so that whatever is found then is chance. Ties, spikes and drift stay
 * what they were. Seeded: the same file gives the same counts.
 */
export function relabel(
  stored: readonly TwinBlocks[],
  relabellings: number,
  alphas: readonly number[],
): Relabelled {
  const next = createXoshiro(createRandom(deriveKey(new Uint8Array(32), 'relabel')))
  const alarms = alphas.map(() => 0)
  for (let turn = 0; turn < relabellings; turn += 1) {
    const { differencesNs } = stored[turn % stored.length] as TwinBlocks
    const p = testDifference(differencesNs.map((value) => (next() < 2 ** 31 ? value : -value)))
    alphas.forEach((alpha, index) => {
      if (p <= alpha) alarms[index]! += 1
    })
  }
  return { relabellings, alarms }
}
