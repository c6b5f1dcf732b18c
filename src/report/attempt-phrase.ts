/** Which attempt at the same measurement a run is, by the ledger. */
export function attemptPhrase({
  number,
  aborted,
}: {
  readonly number: number
  readonly aborted: number
}): string {
  return `attempt ${number}, ${aborted} aborted`
}
