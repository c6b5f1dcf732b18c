import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { identifyCode } from '../trial/code-identity.ts'
import type { Baseline } from './record.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The commit that has this code: the one that is checked out, if it is that code unchanged. null: nobody knows. */
export async function commitOf(code: Baseline['code'], cwd = root): Promise<string | null> {
  if (identifyCode().hash !== code.hash) return null
  const ask = async (...words: string[]): Promise<string | null> => {
    const { stdout, exitCode } = await execa('git', words, { cwd, reject: false, stdin: 'ignore' })
    return exitCode === 0 ? stdout.trim() : null
  }
  const [changes, head] = await Promise.all([
    ask(
      'status',
      '--porcelain',
      '--',
      'src',
      'bench',
      'package-lock.json',
      'vitest.config.ts',
      'fixtures/published.json',
    ),
    ask('rev-parse', 'HEAD'),
  ])
  return changes === '' ? head : null
}
