/**
 * Whether a schedule may have moved by so much between two starts (src/load/generator.ts): only a start that was late
 * shifts what comes behind it, and by no more than it was late.
 * @param delayNs by which the start before was late
 */
export function isLateShift(addedNs: number, intervalNs: number, delayNs: number): boolean {
  return addedNs === 0 || (addedNs > intervalNs && addedNs <= delayNs)
}
