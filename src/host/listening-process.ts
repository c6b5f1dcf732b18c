import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { formatIpv4, formatIpv6 } from '../spop/ip-address.ts'

/** A TCP socket that listens. */
export interface Listener {
  /** Canonical text: `127.0.0.1`, `::`. */
  readonly address: string
  readonly port: number
  readonly inode: number
}

/** TCP_LISTEN in the kernel's include/net/tcp_states.h. */
const listening = '0A'

/**
 * The listeners of /proc/net/tcp or /proc/net/tcp6 (Documentation/networking/proc_net_tcp.rst). The kernel
 * prints an address as numbers of 32 bits, so on a little-endian machine each four bytes are turned round.
 */
export function parseListeners(table: string): readonly Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local?.split(':') ?? []
    if (state !== listening || inode === undefined) return []
    const bytes = Buffer.from(address, 'hex').swap32()
    return [
      {
        address: bytes.length === 4 ? formatIpv4(bytes) : formatIpv6(bytes),
        port: Number.parseInt(port, 16),
        inode: Number(inode),
      },
    ]
  })
}

/** Whether a listener takes connections to `host`, an address in canonical text. */
export function isReachedBy(listener: Listener, host: string, port: number): boolean {
  const reaching = [host, `::ffff:${host}`, '::', ...(host.includes(':') ? [] : ['0.0.0.0'])]
  return listener.port === port && reaching.includes(listener.address)
}

/**
 * The processes that listen on an address of this machine; several where a parent left the socket to its
 * workers. Empty where it can't be told: no /proc, or processes of another user.
 */
export function findListeningPids(host: string, port: number): readonly number[] {
  const listeners = ['tcp', 'tcp6'].flatMap((name) => parseListeners(readText(`/proc/net/${name}`)))
  const sockets = new Set(
    listeners.filter((listener) => isReachedBy(listener, host, port)).map(({ inode }) => `socket:[${inode}]`),
  )
  if (sockets.size === 0) return []
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => namesIn(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`))))
    .map(Number)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
