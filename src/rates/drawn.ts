import { createGaps } from '../load/open-loop.ts'
import type { RatesCell, RatesPlan, Stretch } from '../record/rates.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { toNs } from '../record/units.ts'
import { caseKey } from '../trial/allocation.ts'
import { windowMsOf } from './plan-rates.ts'

/** A cell in one round: one boot of HAProxy, and its stretches in order. */
export interface DrawnCell {
  readonly round: number
  /** In its round. */
  readonly place: number
  readonly cell: RatesCell
  readonly stretches: readonly Pick<Stretch, 'rate' | 'code'>[]
}

/** What is measured in which order: cells of a round, rates of a cell, and both codes of a rate one after the other. */
export function drawCells(plan: RatesPlan, seed: Uint8Array): DrawnCell[] {
  const orders = createRandom(deriveKey(seed, 'orders'))
  return Array.from({ length: plan.rounds }, (_, round) =>
    orders.shuffle(plan.cells).map((cell, place) => ({
      round,
      place,
      cell,
      stretches: orders
        .shuffle(cell.rates)
        .flatMap((rate) => orders.shuffle([0, 1] as const).map((code) => ({ rate, code }))),
    })),
  ).flat()
}

/** What is random about a cell in a round. */
export function roundKey(seed: Uint8Array, cell: string, round: number): Uint8Array {
  return deriveKey(caseKey(seed, cell), `round ${round}`)
}

/** Both codes get the same arrivals. @param key of the round */
export function arrivalsKey(key: Uint8Array, rate: number): Uint8Array {
  return deriveKey(key, `arrivals ${rate}`)
}

/** The clock of the loop does not begin at nought, so that sums of gaps differ in their last bits. */
const roundingNs = 1

/** How many arrivals a window has, by plan and key: one that meets an edge may lie on either side. */
export function countArrivals(
  plan: RatesPlan,
  rate: number,
  key: Uint8Array,
): { readonly least: number; readonly most: number } {
  const gapNs = createGaps({ ratePerSecond: rate, key: Buffer.from(key).toString('hex') })
  const startNs = toNs(plan.warmUpMs)
  const endNs = startNs + toNs(windowMsOf(plan, rate))
  let [least, most] = [0, 0]
  for (let ns = gapNs(); ns < endNs + roundingNs; ns += gapNs()) {
    if (ns >= startNs - roundingNs) most++
    if (ns >= startNs + roundingNs && ns < endNs - roundingNs) least++
  }
  return { least, most }
}
