/** Bounds that a true value lies between, both included, in ms. */
export interface Range {
  readonly lowMs: number
  readonly highMs: number
}

export const nought: Range = { lowMs: 0, highMs: 0 }

export function overlaps(one: Range, other: Range): boolean {
  return one.lowMs <= other.highMs && other.lowMs <= one.highMs
}

export function scale({ lowMs, highMs }: Range, factor: number): Range {
  return { lowMs: lowMs * factor, highMs: highMs * factor }
}

export function sum(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (total, { lowMs, highMs }) => ({ lowMs: total.lowMs + lowMs, highMs: total.highMs + highMs }),
    nought,
  )
}

export function largest(ranges: readonly Range[]): Range {
  return {
    lowMs: Math.max(0, ...ranges.map(({ lowMs }) => lowMs)),
    highMs: Math.max(0, ...ranges.map(({ highMs }) => highMs)),
  }
}
