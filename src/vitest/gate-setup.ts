import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { useBackend } from '../haproxy/spoe-file.ts'
import type { UserConfig } from '../haproxy/user-config.ts'
import type { SideName } from '../record/gate-plan.ts'
import type { SideUsers } from '../trial/gate/outside-agents.ts'
import type { GateDesign } from '../trial/gate/plan-gate.ts'
import type { GateOptions } from './gate-options.ts'
import { askedOf, prepareUserConfig } from './user-files.ts'

/** The two sides of a gate, as the measuring process needs them. Plain data. */
export interface GateSetUp extends Omit<GateOptions, 'files' | 'gate'> {
  readonly gate: GateDesign['gate']
  readonly users: SideUsers
}

/**
 * Has HAProxy check the user's files, where there are any, and makes a copy of the SPOE file for each side.
 *
 * @param filesPath without its ending: `.base.spoe.cfg` and `.candidate.spoe.cfg` are the copies
 * @throws {HaproxyError} USER_CONFIG with one sentence for the user
 */
export async function setUpGate(
  { files, ...options }: GateOptions,
  binary: HaproxyBinary,
  filesPath: string,
): Promise<GateSetUp> {
  if (files === null) return { ...options, users: null }
  const user = await prepareUserConfig(files, binary, filesPath)
  return {
    ...options,
    gate: { ...options.gate, asked: askedOf(user) },
    users: { base: copyFor('base', user, filesPath), candidate: copyFor('candidate', user, filesPath) },
  }
}

/** A backend has one agent, and his file names one backend: in the copies all lines are his but that name. */
function copyFor(side: SideName, user: UserConfig, filesPath: string): UserConfig {
  const spoeFile = `${filesPath}.${side}.spoe.cfg`
  const backend = `agents-${side}`
  mkdirSync(dirname(spoeFile), { recursive: true })
  writeFileSync(spoeFile, useBackend(readFileSync(user.spoeFile, 'utf8'), user.engine, backend))
  return { ...user, spoeFile, engine: { ...user.engine, backend } }
}
