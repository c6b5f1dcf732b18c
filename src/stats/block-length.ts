/**
 * Mean block length for the stationary bootstrap: Politis and White 2004, "Automatic block-length selection
 * for the dependent bootstrap", with the constant corrected in Patton, Politis and White 2009.
 */
import { type Sample, sortAscending, sumOfSorted } from './order.ts'

/** Multiplier of the band inside which an autocorrelation counts as nought (their recommendation). */
const bandWidth = 2

/**
 * Mean block length, 1 (independent) to min(3 sqrt n, n / 3), to three decimals: the rest of the digits
 * depends on how a machine rounds a cube root.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function stationaryBlockLength(sample: Sample): number {
  const count = sample.length
  const mean = sumOfSorted(sortAscending(sample)) / count
  const centred = Float64Array.from(sample, (value) => value - mean)
  const variance = autocovariance(centred, 0)
  if (count < 3 || variance === 0) return 1

  const run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(count))))
  const lagLimit = Math.min(Math.ceil(Math.sqrt(count)) + run, count - 1)
  const covariances = Array.from({ length: lagLimit + 1 }, (_, lag) => autocovariance(centred, lag))
  const band = bandWidth * Math.sqrt(Math.log10(count) / count)
  const isSignificant = covariances.map((covariance) => Math.abs(covariance / variance) >= band)

  const bandwidth = Math.min(2 * lastDependentLag(isSignificant, run), lagLimit)
  let spectrum = variance
  let slope = 0
  for (let lag = 1; lag <= bandwidth; lag += 1) {
    const weighted = 2 * flatTop(lag / bandwidth) * covariances[lag]!
    spectrum += weighted
    slope += lag * weighted
  }
  if (spectrum === 0) return 1
  const length = Math.cbrt((slope / spectrum) ** 2 * count)
  const longest = Math.ceil(Math.min(3 * Math.sqrt(count), count / 3))
  return Math.round(Math.min(Math.max(length, 1), longest) * 1_000) / 1_000
}

/**
 * One more than the first lag after which `run` lags in a row are nought, else the last that is not. The paper
 * has no "one more"; the implementation in Python's arch package does, blocks get a little longer with it, and
 * means of autocorrelated differences are covered no worse (90.5 against 90.4 % at n = 100 and r = 0.3).
 */
function lastDependentLag(isSignificant: readonly boolean[], run: number): number {
  for (let lag = 0; lag + run < isSignificant.length; lag += 1) {
    if (!isSignificant.slice(lag + 1, lag + 1 + run).includes(true)) return lag + 1
  }
  return Math.max(isSignificant.lastIndexOf(true), 1)
}

function autocovariance(centred: Float64Array, lag: number): number {
  let sum = 0
  for (let index = lag; index < centred.length; index += 1) {
    sum += centred[index]! * centred[index - lag]!
  }
  return sum / centred.length
}

/** Their trapezoid: 1 up to a half, then down to 0. */
function flatTop(position: number): number {
  return position <= 0.5 ? 1 : 2 * (1 - position)
}
