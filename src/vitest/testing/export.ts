import { execaNode } from 'execa'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Run } from '../../record/run.ts'
import { root } from './launch.ts'

/** `npm run export`, up and waiting for its workers. */
export interface HeldExport {
  readonly runId: string
  /** The run's. */
  readonly path: string
  readonly folder: string
  readonly process: ReturnType<typeof execaNode<{ reject: false }>>
}

/** @throws {Error} with what it said, when it ends before it is ready */
export async function startExport(folder: string, flags: readonly string[]): Promise<HeldExport> {
  const running = execaNode(join(root, 'src', 'launcher.mjs'), ['export', '--artillery', folder, ...flags], {
    reject: false,
    nodeOptions: [],
    env: { NO_COLOR: '1' },
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const listen = (text: Buffer): void => {
      said += String(text)
      if (said.includes('Ctrl-C gives the run up')) resolve()
    }
    running.stdout.on('data', listen)
    running.stderr.on('data', listen)
    void running.then(() => reject(new Error(`Expected the export to be ready, it said: ${said}`)))
  })
  const runId = /ready, run (\S+): /.exec(said)?.[1] ?? ''
  return { runId, path: join(root, 'results', runId), folder, process: running }
}

/** Why a busy machine alone can make a run invalid: other tests run beside it. */
const ofBusyMachine =
  /^\d+ ms: no verdict: \d+ of \d+ requests started late$|^the placebo, a second bypass, differs /

/** `verify` accepts the run; or it is invalid for what a busy machine does, and verify says just that. */
export function expectHolds(verified: { readonly stdout: string; readonly stderr: string }, run: Run): void {
  if (run.outcome !== 'invalid') {
    expect(verified).toMatchObject({ stderr: '', stdout: expect.stringMatching(/^holds: /) })
    return
  }
  for (const reason of run.reasons) expect(reason).toMatch(ofBusyMachine)
  expect(verified).toMatchObject({
    stderr: `spoe-bench: does not hold: the run is invalid: ${run.reasons.join('; ')}`,
    stdout: '',
  })
}
