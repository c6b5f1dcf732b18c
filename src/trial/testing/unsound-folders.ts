import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'

/**
 * What `verify` must find of the folder itself, though every file reads the same: a link or pipe where a file was, a name
 * that stands twice, a file that is gone, and a folder in another one's place.
 * @param make leaves a folder that holds, with this file in it
 */
export async function expectUnsoundFoldersFound(
  file: string,
  make: () => Promise<string> | string,
  findFault: (path: string) => string | null,
): Promise<void> {
  const linked = await make()
  renameSync(join(linked, file), join(dirname(linked), 'elsewhere'))
  symlinkSync(join(dirname(linked), 'elsewhere'), join(linked, file))
  expect(findFault(linked)).toBe(`${file} is no regular file`)

  const piped = await make()
  execFileSync('mkfifo', [join(piped, 'pipe')])
  expect(findFault(piped)).toBe('pipe is no regular file')

  const twice = await make()
  const plan = readFileSync(join(twice, 'plan.json'), 'utf8')
  writeFileSync(join(twice, 'plan.json'), plan.replace('{', '{\n  "runId": "another",'))
  expect(findFault(twice)).toBe(
    'plan.json is not written as a run writes it: a name stands twice, or there is other white space',
  )

  const gone = await make()
  renameSync(join(gone, 'plan.json'), join(dirname(gone), 'plan.json'))
  expect(findFault(gone)).toMatch(/^a file of the run can not be read: ENOENT.*plan\.json/)

  const moved = await make()
  renameSync(moved, join(dirname(moved), 'another'))
  expect(findFault(join(dirname(moved), 'another'))).toMatch(/^the folder another holds the run /)
}
