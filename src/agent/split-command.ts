import { AgentError } from './agent-error.ts'

/** One program with its arguments, and what is set in its environment. */
export interface SplitCommand {
  /** The program first. */
  readonly words: readonly [string, ...string[]]
  /** `NAME=value` before the program. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Splits a command line into words as a POSIX shell does: blanks, both kinds of quotes, backslashes, and
 * `NAME=value` before the program. There is no shell: signals have to reach the program itself, and its
 * processor time has to be its own. What would need one is refused.
 *
 * @throws AgentError `invalidOption` with one sentence for the user
 */
export function splitCommand(command: string): SplitCommand {
  const [first, ...rest] = readWords(command)
  const env: Record<string, string> = {}
  let program = first
  while (program !== undefined && /^[A-Za-z_]\w*=/.test(program)) {
    env[program.slice(0, program.indexOf('='))] = program.slice(program.indexOf('=') + 1)
    program = rest.shift()
  }
  if (program === undefined || program === '') {
    throw invalid(`Expected the agent's command to name a program, got "${command}".`)
  }
  return { words: [program, ...rest], env }
}

const blank = /\s/
/** What a shell would take for more than a character. */
const needsShell = /[|&;<>()$`*?\n]/
/** And these, where a word begins with them. */
const needsShellFirst = /[~#]/

function readWords(command: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: '"' | "'" | undefined
  for (let index = 0; index < command.length; index++) {
    const character = command[index] as string
    if (quote === "'" ? character === "'" : quote === '"' && character === '"') {
      quote = undefined
    } else if (character === '\\' && quote !== "'") {
      const next = command[++index]
      if (next === undefined) throw invalid(`Expected a character after the last "\\" of "${command}".`)
      // Between double quotes it takes the meaning from these alone (POSIX, "Double-Quotes").
      word = (word ?? '') + (quote === '"' && !/[$`"\\]/.test(next) ? `\\${next}` : next)
    } else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character
      word ??= ''
    } else if (quote === undefined && blank.test(character) && character !== '\n') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (isForShell(character, quote, word === undefined)) {
      throw invalid(
        `Expected the agent's command to be one program with its arguments, got ${JSON.stringify(character)} in ` +
          `"${command}": put it between single quotes, or the line into a script that ends with exec.`,
      )
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== undefined) throw invalid(`Expected the ${quote} of "${command}" to be closed.`)
  if (word !== undefined) words.push(word)
  return words
}

function isForShell(character: string, quote: string | undefined, isFirst: boolean): boolean {
  if (quote === "'") return false
  if (quote === '"') return /[$`]/.test(character)
  return needsShell.test(character) || (isFirst && needsShellFirst.test(character))
}

function invalid(message: string): AgentError {
  return new AgentError('invalidOption', message)
}
