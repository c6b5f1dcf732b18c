import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { TrialError } from '../trial/trial-error.ts'
import { initFiles } from './init-files.ts'

/** Other names under which a project may have a file already; two of one kind would fight. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  'spoe-bench.config.ts': ['mts', 'js', 'mjs'].map((ending) => `spoe-bench.config.${ending}`),
  'vitest.config.ts': ['vitest', 'vite'].flatMap((tool) =>
    ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `${tool}.config.${ending}`),
  ),
}

/**
 * Writes a first configuration, bench file and CI workflow into `folder`. A file that is there is left as it is.
 * @returns what was done, a line for each file
 * @throws {TrialError} `usage` with one sentence
 */
export function initProject(args: readonly string[], folder: string): string[] {
  const files = initFiles(agentOf(args))
  const lines = [...files].map(([path, text]) => {
    const found = [path, ...(otherNames[path] ?? [])].find((name) => existsSync(join(folder, name)))
    if (found !== undefined) return `left alone  ${found}${found === path ? '' : ` (so no ${path})`}`
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    // `wx`: what somebody else writes meanwhile is his.
    writeFileSync(join(folder, path), text, { flag: 'wx' })
    return `wrote       ${path}`
  })
  return [...lines, 'Next: npx spoe-bench run, or npx vitest bench --run']
}

function agentOf(args: readonly string[]): string {
  const { command, address } = parse(args)
  if (command !== undefined && address !== undefined) {
    throw new TrialError('usage', 'Expected --agent-cmd or --agent, got both.')
  }
  if (address !== undefined) return `{ address: ${quote(address)} }`
  return `{ command: ${quote(command ?? './my-spoa -p {port}')} }`
}

function parse(args: readonly string[]): { command: string | undefined; address: string | undefined } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { 'agent-cmd': { type: 'string' }, agent: { type: 'string' } },
    })
    return { command: values['agent-cmd'], address: values.agent }
  } catch (cause) {
    throw new TrialError(
      'usage',
      `Expected nothing but --agent-cmd './my-spoa -p {port}' or --agent host:port, got "${args.join(' ')}".`,
      { cause },
    )
  }
}

/** As a literal of TypeScript, in single quotes where that needs no escape. */
function quote(text: string): string {
  return /['\\\n]/.test(text) ? JSON.stringify(text) : `'${text}'`
}
