import type { OpenedCase } from '../trial/open-case.ts'

/** How a case is measured; the bench file's trial puts it here, the provider (which Vitest loads) takes it. */
export type MeasureCase = (caseId: string, signal: AbortSignal) => Promise<OpenedCase>

let measureCase: MeasureCase | undefined

export function setMeasureCase(measure: MeasureCase): void {
  measureCase = measure
}

/** @throws {Error} when a bench asks for a case and no trial was declared in its file */
export function getMeasureCase(): MeasureCase {
  if (measureCase === undefined) {
    throw new Error(
      'This provider measures the cases of a blind trial: declare one with blindTrial() in the bench file.',
    )
  }
  return measureCase
}
