import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../../fixtures/agents/', import.meta.url))

/** An agent of fixtures/agents, in another language than ours. */
export interface Example {
  readonly language: 'Python' | 'C'
  /** How it is started, with `{port}`; null where this host can't. */
  readonly command: string | null
  /** For a test's name: the language, and what is missing if anything is. */
  readonly label: string
}

/** Copied or built once a process, so that a test tells its own from those of others; they go with the process. */
export function exampleAgents(): readonly Example[] {
  const target = mkdtempSync(join(tmpdir(), 'spoe-example-'))
  process.once('exit', () => rmSync(target, { recursive: true }))
  return [
    example('Python', 'python3', () => `python3 '${copy(target)}' --port {port}`),
    example('C', 'cc', () => `'${build(target)}' {port}`),
  ]
}

function example(language: Example['language'], tool: string, commandOf: () => string): Example {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' })
  } catch {
    return { language, command: null, label: `${language} (no ${tool} here)` }
  }
  return { language, command: commandOf(), label: language }
}

function copy(target: string): string {
  const program = join(target, 'agent.py')
  copyFileSync(`${folder}agent.py`, program)
  return program
}

/** Warnings are errors: somebody will copy it. */
function build(target: string): string {
  const program = join(target, 'agent')
  const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-pthread']
  execFileSync('cc', [...flags, '-o', program, `${folder}agent.c`], { stdio: 'inherit' })
  return program
}
