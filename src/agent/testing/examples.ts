import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
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

/** Builds what has to be built, once a process; it goes with the process. */
export function exampleAgents(): readonly Example[] {
  return [
    example('Python', 'python3', () => `python3 '${folder}agent.py' --port {port}`),
    example('C', 'cc', () => `'${build()}' {port}`),
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

/** Warnings are errors: somebody will copy it. */
function build(): string {
  const target = mkdtempSync(join(tmpdir(), 'spoe-example-'))
  process.once('exit', () => rmSync(target, { recursive: true }))
  const program = join(target, 'agent')
  const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-pthread']
  execFileSync('cc', [...flags, '-o', program, `${folder}agent.c`], { stdio: 'inherit' })
  return program
}
