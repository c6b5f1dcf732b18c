import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { BaselineError } from './baseline-error.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Makes runs of the blind test, one after the other, by the launcher's own command. A run that does not come to
 * its end stops the rest: nothing is made again until it pleases.
 * @param flags of `npm run bench`, such as `--as-is`
 * @returns the folders of the runs
 * @throws {BaselineError} `incomplete` or `invalid`, naming the runs that are there and can be saved with --from
 */
export async function makeRuns(count: number, flags: readonly string[]): Promise<string[]> {
  const folders: string[] = []
  // The run itself hears Ctrl-C, and takes everything down; we wait for it.
  const ignore = (): void => {}
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, ignore)
  try {
    for (let number = 1; number <= count; number++) {
      const runId = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`
      console.error(`run ${number} of ${count}: ${runId}`)
      const { exitCode } = await execaNode(join(root, 'src', 'launcher.mjs'), ['bench', ...flags], {
        env: { SPOE_BENCH_RUN_ID: runId },
        stdio: 'inherit',
        reject: false,
        nodeOptions: [],
      })
      // 0, 1 and 3 are verdicts of the run; whichever it is, it can be a baseline.
      if (exitCode === undefined || ![0, 1, 3].includes(exitCode)) throw stopped(exitCode, number, folders)
      folders.push(join(root, 'results', runId))
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, ignore)
  }
  return folders
}

function stopped(exitCode: number | undefined, number: number, folders: readonly string[]): BaselineError {
  const rest =
    folders.length === 0
      ? ''
      : ` The ones before it are whole: npm run baseline -- save ${folders.map((folder) => `--from ${folder.split('/').at(-1)}`).join(' ')} --reason "...".`
  return new BaselineError(
    exitCode === 5 ? 'invalid' : 'incomplete',
    `Run ${number} ended with exit code ${exitCode}, so no baseline was touched.${rest}`,
  )
}
