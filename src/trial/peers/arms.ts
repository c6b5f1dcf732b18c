import { readFileSync } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import { isInOtherAutogroup } from '../../host/autogroup.ts'
import { pinProcess, readAllowedCores } from '../../host/keep-awake.ts'
import { findListeningPids } from '../../host/listening-process.ts'
import type { PeerAgent } from '../../record/peers.ts'
import type { Cleanup } from '../cleanup.ts'
import { TrialError } from '../trial-error.ts'
import { oursName, type Peer } from './peer.ts'

/** An agent of the comparison, and where its process is to be found. */
export interface AgentArm {
  readonly peer: Peer
  readonly pids: readonly number[]
  readonly record: PeerAgent
}

/**
 * Finds the process of an agent and puts it where all agents go: on the core of the load generator when the
 * machine is kept awake (HAProxy has the other one to itself), where it is otherwise. Its cores are given back
 * on cleanup.
 *
 * @throws {TrialError} `usage` for a process of another session, which the spinners would hold up
 * @throws {HostError} `PIN_FAILED` when it can't be moved
 */
export async function placeAgent(peer: Peer, core: number | null, cleanup: Cleanup): Promise<AgentArm> {
  const { name, host, port, pid } = peer
  const pids = pid === null ? findListeningPids(host, port) : [pid]
  if (core !== null) {
    for (const each of pids) {
      if (isInOtherAutogroup(each)) {
        throw new TrialError(
          'usage',
          `Expected the agent "${name}" to run in the session of this command, got process ${each} of another one, ` +
            'which would wait for the spinners that keep the machine awake: start it from the same shell, or add --as-is.',
        )
      }
      const before = readAllowedCores(each)
      await pinProcess(each, [core])
      // It may have ended by then.
      cleanup.defer(() => pinProcess(each, before).catch(() => {}))
    }
  }
  return {
    peer,
    pids,
    record: {
      name,
      isOurs: name === oursName,
      address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      command: pids.length === 0 ? null : pids.map(commandOf).join(' + '),
      processes: pids.length,
      isPinned: core !== null && pids.length > 0,
    },
  }
}

/** The command line of a process without folders: records get published. */
function commandOf(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
    return words.map((word) => (isAbsolute(word) ? basename(word) : word)).join(' ')
  } catch {
    return ''
  }
}
