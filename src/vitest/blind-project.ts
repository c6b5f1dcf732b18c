import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { siblingModule } from '../record/sibling-module.ts'

/** Of a project of Vitest, as its `test` has it. */
export type ProjectOptions = NonNullable<TestProjectInlineConfiguration['test']>

export interface BlindProjectOptions {
  /** Bench files, relative to the project's root. */
  readonly include: readonly string[]
  /** @default 'blind' */
  readonly name?: string
}

/**
 * What a project of Vitest needs for blind trials: the machine is set up before its first file is loaded and left as
 * it was after the last, Ctrl-C keeps what is finished, nothing is measured twice, and no test ends too early.
 *
 *     export default defineConfig({ test: { projects: [{ test: blindProject({ include: ['bench/*.bench.ts'] }) }] } })
 */
export function blindProject({ include, name = 'blind' }: BlindProjectOptions): ProjectOptions {
  return {
    name,
    include: [],
    globalSetup: [pathOf('./global-setup')],
    setupFiles: [pathOf('./ignore-signals')],
    pool: 'forks',
    // The seed's longest case sleeps for 1000 s.
    testTimeout: 45 * 60_000,
    hookTimeout: 5 * 60_000,
    retry: 0,
    benchmark: { include: [...include], provider: pathOf('./provider') },
  }
}

function pathOf(name: string): string {
  return fileURLToPath(siblingModule(name, import.meta.url))
}
