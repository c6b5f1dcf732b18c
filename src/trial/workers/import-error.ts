import { escapeControls } from '../../record/escape-controls.ts'

/** `usage`: not the files of this run, or not all of them. `seal`: something in them was changed. */
export type ImportErrorCode = 'usage' | 'seal'

const exitCodes: Record<ImportErrorCode, number> = { usage: 2, seal: 5 }

/** Records of workers that are not taken in; the run waits for the right ones. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
  readonly code: ImportErrorCode

  constructor(code: ImportErrorCode, message: string, options?: ErrorOptions) {
    // It quotes files that somebody else wrote.
    super(escapeControls(message), options)
    this.code = code
  }

  get exitCode(): number {
    return exitCodes[this.code]
  }
}
