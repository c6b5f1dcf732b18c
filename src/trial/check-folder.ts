import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Json } from '../record/canonical.ts'
import { loadFolder } from './load-input.ts'
import { TrialError } from './trial-error.ts'

/**
 * What does not hold of a run's folder itself, before anything in it is believed, or null: pipes, devices and
 * links in the place of files, and a file in which a name stands twice (a reader may see another one).
 * @param written JSON files that are written once, with two spaces: any other form was written by somebody else
 */
export function checkFolder(path: string, written: readonly string[]): string | null {
  for (const folder of ['', loadFolder]) {
    for (const name of listFolder(join(path, folder))) {
      const file = join(folder, name)
      const found = lstatSync(join(path, file))
      const isExpected = found.isFile() || (found.isDirectory() && folder === '')
      if (!isExpected) return `${file} is no regular file`
    }
  }
  for (const file of written) {
    const fault = checkForm(file, readFileSync(join(path, file), 'utf8'))
    if (fault !== null) return fault
  }
  return null
}

/** A folder under results/ bears its run's id: one that was put in the place of another does not. */
export function checkName(path: string, runId: string): string | null {
  return basename(path) === runId ? null : `the folder ${basename(path)} holds the run ${runId}`
}

/** Whether `text` is JSON as we write it. */
export function checkForm(file: string, text: string): string | null {
  try {
    const isOwn = `${JSON.stringify(JSON.parse(text) as Json, null, 2)}\n` === text
    return isOwn
      ? null
      : `${file} is not written as a run writes it: a name stands twice, or there is other white space`
  } catch {
    return `${file} is no JSON`
  }
}

/** Why the files of a run can't be held against each other, where `error` says so; null: a fault of ours. */
export function describeUnreadable(error: unknown): string | null {
  if (error instanceof TrialError && error.code === 'records') return error.message
  const { code, syscall, message } = error as NodeJS.ErrnoException
  return code !== undefined && syscall !== undefined ? `a file of the run can not be read: ${message}` : null
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    // What has to be in it is missed where it is looked for.
    return []
  }
}
