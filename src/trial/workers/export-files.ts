import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoadInput } from '../../load/generator.ts'
import { isLoopback } from '../../load/loopback.ts'
import type { Share } from '../../load/share.ts'
import type { Plan } from '../../record/plan.ts'
import { loopback } from '../boot-case.ts'
import { placeOf } from '../load-input.ts'
import { TrialError } from '../trial-error.ts'

const source = fileURLToPath(new URL('../../', import.meta.url))
const extension = /\.[jt]s$/

/**
 * Writes what workers need into a new folder: Artillery's script, the processor with the load generator it is made of
 * (plain JavaScript, Node alone), and a share for each worker.
 * @throws {TrialError} `usage` when the folder is there: nobody's files are overwritten
 */
export function writeExport(folder: string, plan: Plan, inputs: readonly LoadInput[]): void {
  createFolder(folder)
  const modules = collectModules(join(source, 'load', `processor${import.meta.url.slice(-3)}`))
  for (const [file, text] of modules) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  for (const share of sharesOf(plan, inputs)) {
    writeFileSync(join(folder, 'shares', `${share.share}.json`), renderShare(share))
  }
  const target = `http://${inputs[0]?.host}:${inputs[0]?.ports[0]}`
  writeFileSync(join(folder, 'script.yml'), renderScript(target, [...modules.keys()]))
}

function createFolder(folder: string): void {
  try {
    mkdirSync(dirname(folder), { recursive: true })
    mkdirSync(folder)
    mkdirSync(join(folder, 'shares'))
  } catch (cause) {
    throw new TrialError(
      'usage',
      `Expected --artillery to name a folder that is not there yet, got ${folder}, which can't be made: ` +
        `${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
}

/** What each worker is told, the first worker first. */
export function sharesOf(plan: Plan, inputs: readonly LoadInput[]): Share[] {
  const { count: of = 0, host = loopback } = plan.workers ?? {}
  return Array.from({ length: of }, (_, index) => ({
    schema: 'spoe-bench/share/1',
    runId: plan.runId,
    share: index + 1,
    of,
    // Another target was not exported without his word that it is his.
    isOwnHost: !isLoopback(host),
    cases: plan.cases.flatMap(({ id, worker }, place) =>
      worker === index + 1 ? [{ place: placeOf(plan, id), load: inputs[place] as LoadInput }] : [],
    ),
  }))
}

export function renderShare(share: Share): string {
  return `${JSON.stringify(share)}\n`
}

/** A module and all that it imports of ours, as JavaScript under the names that they get. */
function collectModules(entry: string): Map<string, string> {
  const modules = new Map<string, string>()
  const visit = (path: string): void => {
    const name = nameOf(path)
    if (modules.has(name)) return
    const text = stripTypes(path)
    const imports = /(?<=\bfrom ')\.{1,2}\/[^']+(?=')/g
    modules.set(
      name,
      text.replaceAll(imports, (specifier) => specifier.replace(extension, '.mjs')),
    )
    for (const [specifier] of text.matchAll(imports)) visit(join(dirname(path), specifier))
  }
  visit(entry)
  // The processor stands at the top, beside the script that names it.
  const processor = modules.get('load/processor.mjs') ?? ''
  modules.delete('load/processor.mjs')
  modules.set(
    'processor.mjs',
    processor.replaceAll(`from './`, `from './load/`).replaceAll(`from '../`, `from './`),
  )
  return modules
}

function nameOf(path: string): string {
  return relative(source, path).replace(extension, '.mjs')
}

function stripTypes(path: string): string {
  const text = readFileSync(path, 'utf8')
  if (path.endsWith('.js')) return text
  // Node calls it experimental each time it is used; it is what runs this very file.
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(text)
      .replaceAll(/[ \t]+$/gm, '')
      .replaceAll(/\n{3,}/g, '\n\n')
  } finally {
    process.emitWarning = emitWarning
  }
}

/** One virtual user; it sends the worker's whole share itself. Fargate is told which files to take along. */
function renderScript(target: string, modules: readonly string[]): string {
  return [
    'config:',
    '  # Named because Artillery asks for one: the processor sends, to the ports of its share.',
    `  target: ${target}`,
    '  processor: ./processor.mjs',
    '  includeFiles:',
    ...modules.map((file) => `    - ./${file}`),
    '    - ./shares',
    '  phases:',
    '    - duration: 1',
    '      arrivalCount: 1',
    'scenarios:',
    '  - name: share',
    '    flow:',
    '      - function: sendShare',
    '',
  ].join('\n')
}
