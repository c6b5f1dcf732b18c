/** Ports for the frontends of one boot. */
import getPort from 'get-port'
import { readFile } from 'node:fs/promises'
import type { Random } from '../record/random.ts'

const first = 20_000
const last = 29_999

/**
 * `count` free ports in random order, outside the range from which the kernel takes the source port of an
 * outgoing connection: such a port can be gone between this check and HAProxy's bind.
 */
export async function pickPorts(count: number, random: Pick<Random, 'shuffle'>): Promise<number[]> {
  const candidates = random.shuffle(await portsOutsideEphemeral())
  const ports: number[] = []
  while (ports.length < count) {
    ports.push(await getPort({ port: candidates, host: '127.0.0.1', exclude: ports }))
  }
  return ports
}

async function portsOutsideEphemeral(): Promise<number[]> {
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '')
  const [low, high] = range.trim().split(/\s+/).map(Number)
  if (low === undefined || high === undefined) return all
  const outside = all.filter((port) => port < low || port > high)
  // Where the kernel hands out every port a collision stays possible, and boot tries others.
  return outside.length > 100 ? outside : all
}
