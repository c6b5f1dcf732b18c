import { nsPerMs } from './units.ts'

/**
 * The seed's own estimator, applied to our samples. It cuts every latency down to whole milliseconds, and
 * its running average is never reset between 10, 100 and 1000 requests, so that each printed figure is
 * (the figure printed before + sum) / n.
 *
 * @param latenciesNs one array per row, in the order in which the rows were measured
 * @returns the figure that the seed's program would have printed for each row, in ms
 */
export function publishedAverages(latenciesNs: readonly (readonly number[])[]): number[] {
  let previous = 0
  return latenciesNs.map((row) => {
    let sum = previous
    for (const latencyNs of row) sum += Math.floor(latencyNs / nsPerMs)
    previous = sum / row.length
    return previous
  })
}

/**
 * The mean that the seed measured, worked back from what it printed: x_n = printed - previous / n. Exact,
 * save that the samples were cut to whole milliseconds.
 *
 * @param printedMs the printed figures of one latency, in the order in which they were printed
 * @param requests how many requests each figure was taken from
 */
export function trueAverages(printedMs: readonly number[], requests: readonly number[]): number[] {
  return printedMs.map((printed, row) => {
    const previous = row === 0 ? 0 : (printedMs[row - 1] as number)
    return printed - previous / (requests[row] as number)
  })
}
