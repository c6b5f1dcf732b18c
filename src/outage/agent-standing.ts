import { HaproxyError } from '../haproxy/haproxy-error.ts'
import { parseStat } from '../haproxy/stats.ts'
import { findListeningPids } from '../host/listening-process.ts'
import { describeProcess } from '../host/thread-states.ts'

export interface StandingOptions {
  /** Of the agent that was started last. */
  readonly pid: number
  readonly host: string
  readonly port: number
  /** Asks HAProxy's stats socket. */
  readonly command: (command: string) => Promise<string>
}

/** Where an agent stands that is not where it should be: its process, its port, and HAProxy's view of it. */
export async function agentStanding({ pid, host, port, command }: StandingOptions): Promise<string> {
  // The process first: asking HAProxy takes time in which it may go on.
  const parts = [describeProcess(pid), describeListeners(host, port)]
  try {
    parts.push(`HAProxy says ${describeServers(await command('show stat'))}`)
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    parts.push(`HAProxy says nothing (${error.message})`)
  }
  return parts.join('; ')
}

function describeListeners(host: string, port: number): string {
  const pids = findListeningPids(host, port)
  if (pids.length === 0) return `nobody listens on port ${port}`
  return `on port ${port} listens process ${pids.join(' and ')}`
}

function describeServers(csv: string): string {
  return parseStat(csv)
    .filter(({ proxy, service }) => proxy.startsWith('agents') && service === 'agent')
    .map(({ proxy, status, openSessions }) => `${proxy} ${status}, ${openSessions} open`)
    .join(', ')
}
