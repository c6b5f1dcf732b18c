const heights = '▁▂▃▄▅▆▇█'

/** A histogram in `width` characters; where nothing lies it is blank, and the least that lies there shows. */
export function sparkline(counts: readonly number[], width: number): string {
  const merged = mergeSteps(counts, width)
  const highest = Math.max(1, ...merged)
  return merged
    .map((count) => (count === 0 ? ' ' : heights[Math.ceil((count / highest) * heights.length) - 1]))
    .join('')
}

function mergeSteps(counts: readonly number[], width: number): number[] {
  const merged = Array.from({ length: width }, () => 0)
  counts.forEach((count, index) => {
    const to = Math.floor((index * width) / counts.length)
    merged[to] = (merged[to] as number) + count
  })
  return merged
}
