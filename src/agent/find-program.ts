import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { AgentError } from './agent-error.ts'

/**
 * Holds that a program can be run from `cwd`, as execvp(3) would look for it.
 *
 * @throws AgentError `invalidOption` with one sentence for the user
 */
export function checkProgram(program: string, cwd: string, path = ''): void {
  if (!program.includes('/')) {
    if (path.split(delimiter).some((folder) => whyNot(join(resolve(cwd, folder), program)) === null)) return
    throw missing(`"${program}", which is in no folder of PATH: write ./${program} for one that is here`)
  }
  const reason = whyNot(resolve(cwd, program))
  if (reason !== null) {
    throw missing(`"${program}", which ${reason}${isAbsolute(program) ? '' : ` (from ${cwd})`}`)
  }
}

function whyNot(file: string): string | null {
  try {
    if (statSync(file).isDirectory()) return 'is a folder'
  } catch {
    return 'is not there'
  }
  try {
    accessSync(file, constants.X_OK)
    return null
  } catch {
    return 'may not be executed'
  }
}

function missing(what: string): AgentError {
  return new AgentError('invalidOption', `Expected the agent's command to start a program, got ${what}.`)
}
