/**
 * Reads the monotonic clock: whole nanoseconds since the run's epoch. CLOCK_MONOTONIC is one clock for all
 * threads and processes of a machine, so the client's stamps and the agent's can be compared. The reader
 * is handed in, so that a schedule can be tested in no time at all.
 */
export type Clock = () => number
