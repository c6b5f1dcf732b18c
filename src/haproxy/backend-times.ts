/** Times of one backend, in whole ms: what the exporter and `show stat` both speak of. */
export interface BackendTimes {
  readonly totalMs: number
  readonly responseMs: number
  readonly queueMs: number
  readonly connectMs: number
}
