/**
 * Every threshold at which a row warns about the machine or about its own assumptions, with what it comes from.
 * None of them makes a run invalid: that is for faults, late starts and the placebo. "Two runs" are 31 rows
 * of 25 November 2026, one awake and one as is, on a machine that other work disturbed.
 */

/**
 * Lag-1 rank autocorrelation above which an interval is too narrow to be believed: a nominal 5 % test of the
 * mean then errs sqrt((1+r)/(1-r)) too readily, 11 % of the time at 0.2. Blocking is doubled and the row warns.
 * Two runs: -0.06 to 0.15 in rows of 1,000, but for 0.29 and 0.25 at 1000 ms, whose sleepers share a stall.
 */
export const autocorrelationLimit = 0.2

/**
 * Standard deviations by which autocorrelation, drift and warm-up must also leave nought before they are
 * believed. Noise alone goes that far once in 740 (autocorrelation, one side) or 370 (two sides) rows. Two
 * runs: warm-up within 2.7, but for 3.7 in one row as is.
 */
export const healthDeviations = 3

/**
 * Rank correlation with time above which a row warns of drift: 0.3 explains 9 % of the variance of the ranks.
 * Two runs: at most 0.16 in rows of 1,000.
 */
export const driftLimit = 0.3

/** Share of processor time that the hypervisor gave to somebody else. Two runs: 0 in every row. */
export const stealLimit = 0.02

/**
 * ms by which a twentieth of the requests start late at least: how long the generator's event loop lets a due
 * request wait. A timer's own grain is 1 ms. Two runs, rows of 100 and more: 1.1 to 1.8, and 2.0 and 4.2 in
 * the two rows with most late starts.
 */
export const startDelayLimitMs = 2

/**
 * Median ms of one byte to another thread and back, just before a case: two wake-ups. 0.02 to 0.06 awake, up to
 * 0.21 as is (pilot), 0.14 to 1.1 with five processes for every core.
 */
export const roundTripLimitMs = 0.3
