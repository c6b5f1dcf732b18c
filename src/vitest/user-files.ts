import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { askingOf } from '../haproxy/asking.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { checkWithHaproxy } from '../haproxy/check-config.ts'
import { defaultProof, defaultSpoeFile } from '../haproxy/default-spoe.ts'
import { type SpoeEvent, spoeEvents } from '../haproxy/sections.ts'
import { findEngine } from '../haproxy/spoe-file.ts'
import { checkUserConfig, type UserConfig } from '../haproxy/user-config.ts'
import type { Asked } from '../record/asked.ts'
import { canonicalJson, sha256 } from '../record/canonical.ts'
import { TrialError } from '../trial/trial-error.ts'

/** How HAProxy is to ask an agent that is not ours, as it was named on the command line. */
export interface UserFiles {
  /** Absolute; null: the seed's message. */
  readonly spoeFile: string | null
  /** On which that message is sent; of a file of the user's it is what the file says. */
  readonly event: SpoeEvent
  readonly engine: string | null
  /** Absolute; null: no rules beside ours. */
  readonly rulesFile: string | null
  readonly rules: readonly string[]
  readonly proofVariables: readonly string[]
}

/**
 * Reads the launcher's variables for files of the user's.
 *
 * @param cwd where they are looked for
 * @throws {TrialError} `usage` with one sentence for the user
 */
export function readUserFiles(env: NodeJS.ProcessEnv, cwd: string): UserFiles {
  const spoeFile = pathOf(env['SPOE_BENCH_SPOE_CONFIG'], cwd)
  const rulesFile = pathOf(env['SPOE_BENCH_RULES'], cwd)
  const proofVariables = (env['SPOE_BENCH_PROOF_VARS'] ?? '').split(' ').filter((name) => name !== '')
  const event = readEvent(env['SPOE_BENCH_EVENT'], spoeFile)
  if (spoeFile !== null) readText('--spoe-config', spoeFile)
  else if (env['SPOE_BENCH_ENGINE'] !== undefined) {
    throw usage('Expected --engine together with --spoe-config, the file that has it.')
  }
  return {
    spoeFile,
    event,
    engine: env['SPOE_BENCH_ENGINE'] ?? null,
    rulesFile,
    rules: rulesFile === null ? [] : readText('--rules', rulesFile).trimEnd().split('\n'),
    proofVariables,
  }
}

/**
 * What HAProxy is given, checked by HAProxy itself.
 *
 * @param filesPath without its ending: `.spoe.cfg` is what an agent is asked where its user has no file
 * @throws {HaproxyError} USER_CONFIG with one sentence for the user
 */
export async function prepareUserConfig(
  files: UserFiles,
  binary: HaproxyBinary,
  filesPath: string,
): Promise<UserConfig> {
  const user = readUserConfig(files, binary, filesPath)
  await checkWithHaproxy({ binary, user, rulesFile: files.rulesFile })
  return user
}

function readUserConfig(files: UserFiles, { release }: HaproxyBinary, filesPath: string): UserConfig {
  const isOurs = files.spoeFile === null
  const spoeFile = files.spoeFile ?? `${filesPath}.spoe.cfg`
  if (isOurs) {
    mkdirSync(dirname(spoeFile), { recursive: true })
    writeFileSync(spoeFile, defaultSpoeFile(release, files.event))
  }
  const user = {
    spoeFile,
    engine: findEngine(readFileSync(spoeFile, 'utf8'), spoeFile, files.engine),
    rules: files.rules,
    proofVariables: isOurs && files.proofVariables.length === 0 ? [defaultProof] : files.proofVariables,
  }
  checkUserConfig(user)
  return user
}

/** What a plan says of it: no path of this machine, because records get published. */
export function askedOf(user: UserConfig): Asked {
  const { spoeFile, engine, rules, proofVariables } = user
  const asking = askingOf(user)
  const spoe = readFileSync(spoeFile, 'utf8')
  return {
    proof: [...proofVariables],
    files: sha256(canonicalJson({ spoe, engine: engine.scope, rules: [...rules] })),
    asking: { ...asking, events: [...asking.events] },
  }
}

function readEvent(text: string | undefined, spoeFile: string | null): SpoeEvent {
  if (text === undefined) return 'on-client-session'
  if (spoeFile !== null) {
    throw usage(
      `Expected --event without --spoe-config: on which events its messages go is said in ${spoeFile}.`,
    )
  }
  const event = spoeEvents.find((known) => known === text)
  if (event === undefined)
    throw usage(`Expected --event to be one of ${spoeEvents.join(', ')}, got "${text}".`)
  return event
}

/** A file that was named, from where it was named. */
export function pathOf(path: string | undefined, cwd: string): string | null {
  return path === undefined ? null : resolve(cwd, path)
}

function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TrialError('usage', `Expected ${flag} to be a file that can be read, got ${path}.`, { cause })
  }
}

function usage(message: string): TrialError {
  return new TrialError('usage', message)
}
