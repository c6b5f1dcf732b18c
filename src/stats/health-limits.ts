/**
 * Every threshold at which a row warns about the machine or about its own assumptions, with what it comes from.
 * None of them makes a run invalid: that is for faults, late starts and the placebo. "Nineteen runs" are the valid
 * ones of twenty whole runs of 25 November 2026, ten awake and nine as is, on a machine that did nothing else:
 * 95 rows of 1,000 requests and 95 of 100 (METHODOLOGY.md, "How much does a run repeat itself?").
 */

/**
 * Lag-1 rank autocorrelation above which an interval is too narrow to be believed: a nominal 5 % test of the
 * mean then errs sqrt((1+r)/(1-r)) too readily, 11 % of the time at 0.2. Blocking is doubled and the row warns.
 * Nineteen runs: -0.09 to 0.26 in rows of 1,000, above 0.2 in two of them.
 */
export const autocorrelationLimit = 0.2

/**
 * Standard deviations by which autocorrelation, drift and warm-up must also leave nought before they are
 * believed. Noise alone goes that far once in 740 (autocorrelation, one side) or 370 (two sides) rows.
 */
export const healthDeviations = 3

/**
 * Rank correlation with time above which a row warns of drift: 0.3 explains 9 % of the variance of the ranks.
 * Nineteen runs: at most 0.29 in rows of 1,000; above 0.3 in two of the 95 rows of 100.
 */
export const driftLimit = 0.3

/**
 * Rank-biserial correlation of the first tenth of the blocks with the others above which a row warns of warm-up:
 * 0.4 is a shift of 0.74 standard deviations, some 0.2 ms at a usual spread, which moves the figure of the row by
 * 0.02 ms, what the placebo may be off by. Nineteen runs, rows of 1,000: beyond three deviations in 16 of 95, up
 * and down alike, because the machine's speed wanders; beyond 0.4 in two.
 */
export const earlyLimit = 0.4

/** Share of processor time that the hypervisor gave to somebody else. Nineteen runs: 0 in every row. */
export const stealLimit = 0.02

/**
 * ms by which a twentieth of the requests start late at least: how long the generator's event loop lets a due
 * request wait. A timer's own grain is 1 ms. Nineteen runs: 1.1 to 1.6 in rows of 1,000; in rows of 100, where
 * fifteen requests decide and one pause of the garbage collector makes as many late, 1.1 to 3.4.
 */
export const startDelayLimitMs = 3

/**
 * Median ms of one byte to another thread and back, just before a case: two wake-ups. Nineteen runs: 0.04 to 0.16,
 * awake and as is; a pilot had 0.14 to 1.1 with five processes for every core.
 */
export const roundTripLimitMs = 0.3
