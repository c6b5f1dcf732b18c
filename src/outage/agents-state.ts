import { parseStat } from '../haproxy/stats.ts'

/**
 * Whether HAProxy has given up all its connections to agents: up to 3.0 one that is tried is a session of the agents'
 * backend, until the last of its retries.
 */
export function agentsAreLeft(csv: string): boolean {
  const backends = parseStat(csv).filter(
    ({ proxy, service }) => proxy.startsWith('agents') && service === 'BACKEND',
  )
  return backends.length > 0 && backends.every(({ openSessions }) => openSessions === 0)
}

/**
 * Whether the checks of every agent have come to that opinion. A server is up before its first check, so up
 * counts only once there has been one.
 */
export function agentsAre(state: 'up' | 'down', csv: string): boolean {
  const servers = parseStat(csv).filter(
    ({ proxy, service }) => proxy.startsWith('agents') && service === 'agent',
  )
  return (
    servers.length > 0 &&
    servers.every(({ status, checkStatus }) =>
      // `UP 1/2` is on its way down, `DOWN 1/2` on its way up.
      state === 'down' ? status === 'DOWN' : status === 'UP' && !['', 'INI'].includes(checkStatus),
    )
  )
}
