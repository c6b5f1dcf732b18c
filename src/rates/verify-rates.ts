import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, isSameJson } from '../record/canonical.ts'
import { commitToRates, hashRatesDesign, hashRatesPlan, type RatesRecord } from '../record/rates.ts'
import type { Ledger } from '../trial/ledger.ts'
import {
  checkSealedChain,
  checkSealedPlan,
  type SealedVerification,
  verifySealed,
  type VerifyOptions,
} from '../trial/replay-sealed.ts'
import { hashMachine } from '../trial/sealed-folder.ts'
import { concludeRates, freezeSteps } from './conclude-rates.ts'
import { arrivalsKey, countArrivals, drawCells, roundKey } from './drawn.ts'
import { countStretches, rulesOf } from './plan-rates.ts'
import { stretchesFile } from './rates-folder.ts'
import { renderRates } from './rates-table.ts'
import { ratesFile, type RatesFiles, readRates } from './read-rates.ts'

export type RatesVerification = SealedVerification<RatesRecord['outcome']>

/**
 * Replays a run under load from its files: plan, commitment, ledger, the chain of stretches, their order and arrivals from
 * the seed, figures under codes and their hash, arms, figures and table.
 */
export function verifyRates(path: string, options: VerifyOptions): RatesVerification {
  return verifySealed<RatesRecord['outcome'], RatesFiles>(path, options, {
    read: readRates,
    checkSeal: (files, own, announced) =>
      checkSealedPlan(files, hashRatesPlan(files.plan), commitToRates, announced) ??
      checkSealedChain({ ...files, file: stretchesFile, designHash: hashRatesDesign(files.plan) }, own),
    check: (files, own) =>
      checkRecord(files, own) ?? checkOrder(files) ?? checkArrivals(files) ?? checkFigures(path, files),
    note: (files, isEarly) => (isEarly ? noteEarly(files) : []),
    isOurs,
  })
}

/** rates.json against what it was made of: of a run that ended early it is the one of its last whole round. */
function checkRecord(
  { plan, start, stretches, freeze, end, record }: RatesFiles,
  own: Ledger,
): string | null {
  const isEarly = end?.reason !== 'complete'
  if (record === null) return isEarly ? null : `${ratesFile} is missing`
  if (!isSameJson(plan, record.plan)) return `plan.json and the plan in ${ratesFile} differ`
  const { planHash, commitment, attempts } = record
  if (planHash !== start.planHash || commitment !== start.commitment) {
    return `${stretchesFile} and ${ratesFile} differ, line 1`
  }
  if (start.hostHash !== undefined && start.hostHash !== hashMachine(record)) {
    return `the machine in ${ratesFile} is not the one that the run started on`
  }
  const differing = record.stretches.findIndex((stretch, index) => !isSameJson(stretch, stretches[index]))
  if (differing >= 0) return `${stretchesFile} and ${ratesFile} differ, line ${differing + 2}`
  const [begin] = own.lines
  const isCounted =
    begin?.type === 'commitment' &&
    (attempts === undefined || (attempts.number === begin.attempt && attempts.aborted === begin.aborted))
  if (!isCounted) return `${ratesFile} counts its attempts otherwise than the ledger`
  if (isEarly) {
    const { outcome, steps, knees, frozen, seed } = record
    const isBare = outcome === 'incomplete' && steps.length + knees.length === 0 && frozen === null
    return isBare && seed === null ? null : `${ratesFile} has figures, and the run has no end to make them at`
  }
  const isWhole =
    record.stretches.length === stretches.length && record.frozen === freeze?.hash && record.seed === end.seed
  return isWhole ? null : `${stretchesFile} and ${ratesFile} differ, line ${record.stretches.length + 2}`
}

/** Every stretch once, and in the order that was drawn: what a run lacks can only be its end. */
function checkOrder({ plan, stretches, end }: RatesFiles): string | null {
  if (end === null) return checkPlaces(plan, stretches)
  const drawn = drawCells(plan, seedOf(end)).flatMap(({ round, cell, stretches: own }) =>
    own.map(({ rate, code }) => ({ cell: cell.id, round, rate, code })),
  )
  const index = stretches.findIndex(({ cell, round, rate, code }, place) => {
    return !isSameJson({ cell, round, rate, code }, drawn[place])
  })
  if (index < 0) return null
  const expected = drawn[index]
  const words =
    expected === undefined
      ? 'none'
      : `${expected.cell}, round ${expected.round + 1}, ${expected.rate}/s, code ${expected.code}`
  return `${stretchesFile}, line ${index + 2}: expected the stretch that the seed has drawn (${words})`
}

/** Without a seed the order is not known. */
function checkPlaces(
  { cells, rounds }: RatesFiles['plan'],
  stretches: RatesFiles['stretches'],
): string | null {
  const seen = new Set<string>()
  const index = stretches.findIndex(({ cell, round, rate, code }) => {
    const isPlanned = round < rounds && cells.find(({ id }) => id === cell)?.rates.includes(rate) === true
    const place = canonicalJson([cell, round, rate, code])
    return !isPlanned || seen.size === seen.add(place).size
  })
  return index < 0
    ? null
    : `${stretchesFile}, line ${index + 2}: expected a stretch of the plan that is not there yet`
}

function checkArrivals({ plan, stretches, end }: RatesFiles): string | null {
  if (end === null) return null
  const counts = new Map<string, ReturnType<typeof countArrivals>>()
  for (const [index, { cell, round, rate, arrivals }] of stretches.entries()) {
    const place = canonicalJson([cell, round, rate])
    const key = arrivalsKey(roundKey(seedOf(end), cell, round), rate)
    const count = counts.get(place) ?? countArrivals(plan, rate, key)
    counts.set(place, count)
    if (arrivals < count.least || arrivals > count.most) {
      return `${stretchesFile}, line ${index + 2}: expected the ${count.most} arrivals that the seed has drawn, got ${arrivals}`
    }
  }
  return null
}

function checkFigures(path: string, files: RatesFiles): string | null {
  const { plan, stretches, freeze, end, record } = files
  if (freeze === null || !isOurs(files)) {
    return freeze === null && end?.reason === 'complete' ? 'no figures were frozen' : null
  }
  const { blinded, frozen } = freezeSteps(plan, stretches)
  if (frozen !== freeze.hash) return 'the figures under codes are not those that were frozen'
  if (end === null || record === null || record.frozen === null) return null
  const figures = concludeRates(plan, stretches, blinded, seedOf(end))
  const { outcome, reasons, steps, knees } = record
  if (!isSameJson(figures, { outcome, reasons, steps, knees })) {
    return `the figures in ${ratesFile} are not those of its stretches`
  }
  return readTable(path) === `${renderRates(record)}\n` ? null : `rates.txt is not the table of ${ratesFile}`
}

function readTable(path: string): string | null {
  try {
    return readFileSync(join(path, 'rates.txt'), 'utf8')
  } catch {
    return null
  }
}

/** Whether this version makes figures as the plan says. */
function isOurs({ plan }: RatesFiles): boolean {
  return isSameJson(plan.rules, rulesOf(plan))
}

function noteEarly({ plan, stretches, isTorn, end }: RatesFiles): string[] {
  const how = end === null ? 'without an end' : 'it was interrupted or a case failed'
  const there = `${stretches.length} of ${countStretches(plan)} stretches are there`
  return [
    `the run ended early, ${how}: ${there}, and those were checked${end === null ? ', their order and arrivals aside, for which it left no seed' : ''}`,
    ...(isTorn ? [`the last line of ${stretchesFile} was cut off and is left out`] : []),
  ]
}

function seedOf({ seed }: { readonly seed: string }): Uint8Array {
  return Buffer.from(seed, 'hex')
}
