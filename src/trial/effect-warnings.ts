import type { Effect } from '../record/run.ts'

/** What a reader must know of an effect beside its figures, a sentence each. */
export function effectWarnings({ hasTail, blocking, lagOne, count }: Effect): string[] {
  return [
    ...(hasTail ? ['tail: see p99'] : []),
    ...(blocking === 1
      ? []
      : [
          `neighbouring blocks go together (rank correlation ${(lagOne ?? 0).toFixed(2)}): ` +
            `estimate and interval are of ${Math.floor(count / blocking)} means of ${blocking}, and still too sure`,
        ]),
  ]
}
