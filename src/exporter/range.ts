/** Bounds that a true value lies between, both included, in ms. */
export interface Range {
  readonly lowMs: number
  readonly highMs: number
}

export function overlaps(one: Range, other: Range): boolean {
  return one.lowMs <= other.highMs && other.lowMs <= one.highMs
}
