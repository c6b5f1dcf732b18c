import { existsSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { execa } from 'execa'
import { parseAddress } from '../../agent/address.ts'
import type { GatePlan, GateSide, SideName } from '../../record/gate-plan.ts'
import { TrialError } from '../trial-error.ts'
import { checkOut } from './check-out.ts'
import type { SideSource, Sources } from './outside-agents.ts'

export interface SidesRequest {
  /** A git ref, a directory, a command with {port}, or host:port. */
  readonly base: string
  /** The same. Default: the directory in which the gate was asked for; with `agentCommand` that command. */
  readonly candidate: string | undefined
  /** What is run in a directory. Default: this package's own agent. */
  readonly agentCommand: string | undefined
  /** A shell command that makes a checked out ref ready, such as a build; run once. */
  readonly prepare: string | undefined
  /** Where the gate was asked for: directories are named from here, refs are of its repository. */
  readonly cwd: string
  /** Where refs are checked out. */
  readonly cacheDir: string
}

export interface ResolvedSides {
  readonly sources: Sources
  readonly gate: Pick<GatePlan, 'base' | 'candidate' | 'hasDelay'>
}

/** This package's own agent, as `npm run agent` starts it. */
export const ownAgentCommand = 'node src/launcher.mjs agent --listen 127.0.0.1:{port} --delay-ms {delay_ms}'

/** Makes of what a user names two agents that can be started, or reached, in the same way. @throws {TrialError} `usage` */
export async function resolveSides(request: SidesRequest): Promise<ResolvedSides> {
  const isBaseCommand = request.base.includes('{port}')
  const candidateName = request.candidate ?? (isBaseCommand ? request.agentCommand : '.')
  if (candidateName === undefined || (candidateName === '.' && parseRunning(request.base) !== null)) {
    throw usage(
      'Expected --candidate beside a base that is a command or host:port: both sides have to start the same way.',
    )
  }
  const base = await resolveSide(request.base, 'base', request)
  const candidate = await resolveSide(candidateName, 'candidate', request)
  if ('address' in base.source !== 'address' in candidate.source) {
    throw usage(
      `Expected both sides to be started by us, or both to run already; got "${request.base}" and "${candidateName}".`,
    )
  }
  const delays = [base, candidate].map(
    ({ source }) => 'command' in source && source.command.includes('{delay_ms}'),
  )
  if (delays[0] !== delays[1]) {
    throw usage('Expected {delay_ms} in the commands of both sides or of neither.')
  }
  return {
    sources: { base: base.source, candidate: candidate.source },
    gate: { base: base.side, candidate: candidate.side, hasDelay: delays[0] === true },
  }
}

async function resolveSide(
  named: string,
  which: SideName,
  { agentCommand = ownAgentCommand, prepare, cwd, cacheDir }: SidesRequest,
): Promise<{ source: SideSource; side: GateSide }> {
  const nothing = { commit: null, isChanged: false }
  if (named.includes('{port}')) {
    const side = { kind: 'command', name: withoutFolders(named), command: withoutFolders(named) } as const
    return { source: { command: named, cwd }, side: { ...side, ...nothing } }
  }
  if (parseRunning(named) !== null) {
    return { source: { address: named }, side: { kind: 'address', name: named, command: null, ...nothing } }
  }
  if (!agentCommand.includes('{port}')) {
    throw usage(`Expected {port} in --agent-cmd, where the agent's port goes; got "${agentCommand}".`)
  }
  const command = withoutFolders(agentCommand)
  const commit = /^[./]/.test(named) ? null : await commitOf(named, cwd)
  if (commit !== null) {
    const folder = await checkOut({ commit, cwd, cacheDir, prepare })
    const side = { kind: 'ref', name: named, commit, isChanged: false, command } as const
    return { source: { command: agentCommand, cwd: folder }, side }
  }
  const folder = resolve(cwd, named)
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw usage(
      `Expected --${which} to be a git ref, a directory, a command with {port} or host:port; got "${named}".`,
    )
  }
  const head = await commitOf('HEAD', folder)
  const side = { kind: 'directory', name: basename(folder), commit: head, command } as const
  return {
    source: { command: agentCommand, cwd: folder },
    side: { ...side, isChanged: head !== null && (await isChanged(folder)) },
  }
}

function parseRunning(named: string): { port: number } | null {
  return named.includes('{port}') ? null : parseAddress(named)
}

async function commitOf(ref: string, cwd: string): Promise<string | null> {
  const { failed, stdout } = await execa('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], {
    cwd,
    reject: false,
  })
  return failed ? null : stdout.trim()
}

async function isChanged(folder: string): Promise<boolean> {
  const { stdout } = await execa('git', ['status', '--porcelain', '--', '.'], { cwd: folder, reject: false })
  return stdout !== ''
}

/** Records get published: names of programs stay, folders go. */
function withoutFolders(command: string): string {
  return command.replaceAll(/(?<![^\s=:'"])(?:\/[^\s/:]+)+\//g, '')
}

function usage(message: string): TrialError {
  return new TrialError('usage', message)
}
