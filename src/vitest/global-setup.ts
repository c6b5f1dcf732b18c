import type { TestProject } from 'vitest/node'
import { asCalled } from '../host/project-folder.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { addConfigFile } from './config-file.ts'
import { handleSignals } from './interrupt.ts'
import { prepareRun } from './prepare-run.ts'

/**
 * Everything that a run needs before the first bench file is loaded. In globalSetup, so that `npx vitest bench` does
 * the same as the launcher. What is wrong with the host is said in one sentence, and the exit code is 2.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!project.config.benchmark.enabled) return undefined
  const held = createCleanup()
  const abort = new AbortController()
  held.defer(handleSignals(project.vitest, abort))
  try {
    const context = await prepareRun({
      ...(await addConfigFile(process.env)),
      cleanup: held,
      signal: abort.signal,
      onAgentEnd() {
        abort.abort()
        void project.vitest.cancelCurrentRun('keyboard-input')
      },
    })
    project.provide('spoeBench', context)
  } catch (error) {
    await held.dispose()
    console.error(`spoe-bench: ${asCalled(error instanceof Error ? error.message : String(error))}`)
    process.exit(2)
  }
  return () => held.dispose()
}
