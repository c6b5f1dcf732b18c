import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the package is that one file packed, for the others. */
    readonly packFolder: string
  }
}

/** For globalSetup: packing takes half as long as all that is tested of the package. */
export default function setup(project: TestProject): () => void {
  const packFolder = mkdtempSync(join(tmpdir(), 'spoe-pack-'))
  project.provide('packFolder', packFolder)
  return () => rmSync(packFolder, { recursive: true })
}
