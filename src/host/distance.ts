import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { guardCommand } from './guard.ts'
import { HostError } from './host-error.ts'

/** What keeps packets back: the kernel's own netem on a veth pair, or a relay between two TUN devices. */
export type DelayKind = 'netem' | 'relay'

/** A way to a process in a network namespace of its own. */
export interface Distance extends AsyncDisposable {
  /** Where what listens on all addresses in there is reached. */
  readonly host: string
}

/** What a process is started with, to be alone in a network namespace that ends with it. */
export const aloneInNetwork = ['unshare', '--net', '--'] as const

/** What a process is started with, to be in the network namespace of another one. */
export function inNetworkOf(pid: number): readonly string[] {
  return ['nsenter', '--target', String(pid), '--net', '--']
}

const relayScript = fileURLToPath(new URL('./tun-relay.py', import.meta.url))

/**
 * Which kind there is here, or why there is none.
 *
 * @returns a sentence for the user in the place of a kind
 */
export async function findDelayKind(): Promise<DelayKind | { readonly reason: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return { reason: 'Expected root on Linux, which network namespaces take.' }
  }
  for (const command of ['ip', 'unshare', 'nsenter']) {
    const { exitCode } = await execa('sh', ['-c', `command -v ${command}`], { reject: false })
    if (exitCode !== 0) {
      return { reason: `Expected the command ${command}, got none: install iproute2 and util-linux.` }
    }
  }
  if (await hasNetem()) return 'netem'
  const { exitCode } = await execa('python3', ['--version'], { reject: false })
  if (exitCode === 0 && existsSync('/dev/net/tun')) return 'relay'
  return { reason: 'Expected a kernel with netem, or python3 and /dev/net/tun, got neither.' }
}

/** Asks for it where nobody else is. */
async function hasNetem(): Promise<boolean> {
  const commands =
    'ip link add probe type veth peer name other && tc qdisc add dev probe root netem delay 1ms'
  const [unshare, ...words] = aloneInNetwork
  const { exitCode } = await execa(unshare, [...words, 'sh', '-c', commands], { reject: false })
  return exitCode === 0
}

/**
 * Lays a way of its own to the network namespace of a process.
 *
 * @param number tells ways apart, 0 to 63: it becomes part of addresses and names
 * @param delayMs of every packet, each way; 0 is the same way without one
 * @throws {HostError} `DISTANCE_FAILED`
 */
export async function layDistance(
  kind: DelayKind,
  { number, pid, delayMs }: { readonly number: number; readonly pid: number; readonly delayMs: number },
): Promise<Distance> {
  const [near, far] = [`sb${process.pid}n${number}`, `sb${process.pid}f${number}`]
  const delayUs = Math.round(delayMs * 1000)
  // 198.18.0.0/15 is for benchmarks (RFC 2544).
  const host = `198.18.${number}.2`
  const inside = inNetworkOf(pid)
  const relay = kind === 'relay' ? await startRelay(near, far, delayUs) : undefined
  const dispose = async (): Promise<void> => {
    await relay?.[Symbol.asyncDispose]()
    // Its other end goes with it; gone already where the process has ended.
    if (kind === 'netem') await execa('ip', ['link', 'del', near], { reject: false })
  }
  try {
    if (kind === 'netem') await run(['ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far])
    await run(['ip', 'link', 'set', far, 'netns', String(pid)])
    await run(['ip', 'address', 'add', `198.18.${number}.1/30`, 'dev', near])
    await run(['ip', 'link', 'set', near, 'up'])
    await run([...inside, 'ip', 'address', 'add', `${host}/30`, 'dev', far])
    await run([...inside, 'ip', 'link', 'set', far, 'up'])
    if (kind === 'netem' && delayUs > 0) {
      const netem = ['root', 'netem', 'delay', `${delayUs}us`, 'limit', '10000']
      await run(['tc', 'qdisc', 'add', 'dev', near, ...netem])
      await run([...inside, 'tc', 'qdisc', 'add', 'dev', far, ...netem])
    }
  } catch (error) {
    await dispose()
    throw error
  }
  return { host, [Symbol.asyncDispose]: dispose }
}

async function run([command = '', ...words]: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await execa(command, words, {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  })
  if (exitCode === 0) return
  throw new HostError(
    'DISTANCE_FAILED',
    `Expected "${[command, ...words].join(' ')}" to work, it said: ${stderr.trim() || 'nothing'}.`,
  )
}

/** Ends with us, and its devices with it. */
async function startRelay(near: string, far: string, delayUs: number): Promise<AsyncDisposable> {
  const [guard = '', ...words] = guardCommand()
  const child = spawn(guard, [...words, 'python3', relayScript, near, far, String(delayUs)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const exited = new Promise<false>((resolve) => child.once('exit', () => resolve(false)))
  const ready = new Promise<true>((resolve) =>
    createInterface({ input: child.stdout }).once('line', () => resolve(true)),
  )
  if (!(await Promise.race([ready, exited]))) {
    throw new HostError(
      'DISTANCE_FAILED',
      `Expected the relay to start, it said: ${said.trim() || 'nothing'}.`,
    )
  }
  return {
    async [Symbol.asyncDispose]() {
      // The guard takes the end of its input for our death.
      child.stdin.destroy()
      await exited
    },
  }
}
