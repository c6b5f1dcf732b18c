import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { sha256 } from '../../record/canonical.ts'
import { TrialError } from '../trial-error.ts'

export interface CheckOutOptions {
  readonly commit: string
  /** In its repository; below its root, that folder alone is checked out. */
  readonly cwd: string
  readonly cacheDir: string
  /** A shell command to run in the new folder. */
  readonly prepare: string | undefined
}

/**
 * The files of a commit in a folder of the cache, made once; the repository's own state is left alone.
 * @throws {TrialError} `usage` when it can't be made or its preparation fails
 */
export async function checkOut({ commit, cwd, cacheDir, prepare }: CheckOutOptions): Promise<string> {
  const { stdout: below } = await execa('git', ['rev-parse', '--show-prefix'], { cwd })
  const variant = sha256(`${below.trim()}\n${prepare ?? ''}`).slice(0, 8)
  const folder = join(cacheDir, `${commit.slice(0, 12)}-${variant}`)
  if (existsSync(folder)) return folder
  mkdirSync(cacheDir, { recursive: true })
  // Moved into place when it is whole, so that one that was cut off is not taken for it.
  const unfinished = mkdtempSync(join(cacheDir, '.unfinished-'))
  try {
    await execa('git', ['archive', '--format=tar', commit], { cwd, encoding: 'buffer' }).pipe('tar', [
      '-x',
      '-C',
      unfinished,
    ])
    if (prepare !== undefined) await execa(prepare, { cwd: unfinished, shell: true, stdin: 'ignore' })
    renameSync(unfinished, folder)
    return folder
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    const said =
      cause instanceof Error && 'shortMessage' in cause ? String(cause.shortMessage) : String(cause)
    throw new TrialError('usage', `Expected to check ${commit.slice(0, 12)} out and prepare it; ${said}`, {
      cause,
    })
  }
}
