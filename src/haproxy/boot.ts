/** Boots HAProxy for one bench case and takes everything away again. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom, type Random } from '../record/random.ts'
import type { HaproxyBinary } from './binary.ts'
import {
  renderHaproxyConfig,
  type HaproxyArm,
  type HaproxyConfig,
  type HaproxyConfigOptions,
} from './config.ts'
import { HaproxyError } from './haproxy-error.ts'
import { pickPorts } from './ports.ts'
import { startProcess, type HaproxyProcess } from './process.ts'
import { statsCommand } from './stats.ts'

export interface BootOptions<Name extends string = string> {
  readonly binary: HaproxyBinary
  readonly config: Omit<HaproxyConfigOptions, 'release' | 'paths' | 'arms' | 'exporterPort'> & {
    readonly arms: readonly (Omit<HaproxyArm, 'name' | 'port'> & { readonly name: Name })[]
  }
  /**
   * Words to put before HAProxy's command: a guard, `taskset`. A function is given the temporary directory
   * and called once per attempt. The first word's process gets SIGTERM on dispose and must pass it on; its
   * standard input is a pipe that stays open until then.
   */
  readonly prefix?: readonly string[] | ((dir: string) => readonly string[])
  /** Decides which arm gets which port. Default: not reproducible. */
  readonly random?: Pick<Random, 'shuffle'>
  readonly cancelSignal?: AbortSignal
  /** The arms get this port and those that follow it, in the order of the arms. Default: free ones. */
  readonly firstPort?: number
  /** From exec until all frontends accept. Default 5000. */
  readonly bootTimeoutMs?: number
}

export interface Haproxy<Name extends string = string> extends AsyncDisposable {
  /** Of the process that was started: HAProxy, or the first word of the prefix. */
  readonly pid: number
  /** Of HAProxy itself. */
  readonly haproxyPid: number
  /** Frontend port of each arm. */
  readonly ports: Readonly<Record<Name, number>>
  readonly exporterPort: number
  readonly dir: string
  readonly statsSocket: string
  /** The texts it runs with. */
  readonly config: HaproxyConfig
  /** Resolves once the process has ended, however it came to that. */
  readonly exited: Promise<void>
  /** What HAProxy wrote on standard error so far (the last 16 kB). */
  readonly stderr: () => string
  /** One command on the stats socket. @throws HaproxyError STATS_SOCKET */
  command(command: string): Promise<string>
  /** Ends the process and removes `dir`. May be called more than once. */
  dispose(): Promise<void>
}

const portAttempts = 3
/** HAProxy 3.2 refuses a unix socket path of more than 97 characters. */
const maxSocketPathLength = 97
const socketName = 'stats.sock'
const defaultBootTimeoutMs = 5000

/**
 * Starts HAProxy and resolves when all its frontends accept. Nothing stays behind on failure.
 *
 * @throws HaproxyError EARLY_EXIT, PORT_IN_USE, BOOT_TIMEOUT or CANCELLED
 */
export async function bootHaproxy<Name extends string>(options: BootOptions<Name>): Promise<Haproxy<Name>> {
  const random = options.random ?? createRandom(randomBytes(32))
  for (let attempt = 1; ; attempt++) {
    const ports = await choosePorts(options, random)
    try {
      return await bootOn(ports, options)
    } catch (error) {
      const isPortTaken = error instanceof HaproxyError && error.code === 'PORT_IN_USE'
      if (!isPortTaken || attempt === portAttempts) throw error
    }
  }
}

async function choosePorts(
  { config, firstPort }: Pick<BootOptions, 'config' | 'firstPort'>,
  random: Pick<Random, 'shuffle'>,
): Promise<number[]> {
  if (firstPort === undefined) return pickPorts(config.arms.length + 1, random)
  return [...(await pickPorts(1, random)), ...config.arms.map((_, index) => firstPort + index)]
}

async function bootOn<Name extends string>(
  ports: readonly number[],
  options: BootOptions<Name>,
): Promise<Haproxy<Name>> {
  const [exporterPort = 0, ...armPorts] = ports
  const arms = options.config.arms.map((arm, index) => ({ ...arm, port: armPorts[index] ?? 0 }))
  const dir = await makeDirectory()
  let haproxy: HaproxyProcess | undefined
  const dispose = async (): Promise<void> => {
    options.cancelSignal?.removeEventListener('abort', onAbort)
    await haproxy?.end()
    await rm(dir, { recursive: true, force: true })
  }
  // Whoever holds the result disposes too and then learns of a failure.
  const onAbort = (): void => void dispose().catch(() => {})
  try {
    const statsSocket = join(dir, socketName)
    const config = await writeConfig(dir, statsSocket, exporterPort, arms, options)
    const prefix = typeof options.prefix === 'function' ? options.prefix(dir) : (options.prefix ?? [])
    haproxy = startProcess([...prefix, options.binary.path, '-db', '-f', join(dir, 'haproxy.cfg')])
    const haproxyPid = await haproxy.ready({
      statsSocket,
      timeoutMs: options.bootTimeoutMs ?? defaultBootTimeoutMs,
      ...(options.cancelSignal === undefined ? {} : { cancelSignal: options.cancelSignal }),
    })
    const { pid, exited, stderr } = haproxy
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets its keys
    const portOfArm = Object.fromEntries(arms.map(({ name, port }) => [name, port])) as Record<Name, number>
    options.cancelSignal?.addEventListener('abort', onAbort, { once: true })
    return {
      pid,
      haproxyPid,
      ports: portOfArm,
      exporterPort,
      dir,
      statsSocket,
      config,
      exited,
      stderr,
      command: (command) => statsCommand(statsSocket, command),
      dispose,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function makeDirectory(): Promise<string> {
  const base = tmpdir()
  // The pid lets a later run find what a dead one left.
  const name = `spoe-bench-${process.pid}-`
  const length = join(base, `${name}XXXXXX`, socketName).length
  return mkdtemp(join(length <= maxSocketPathLength ? base : '/tmp', name))
}

async function writeConfig(
  dir: string,
  statsSocket: string,
  exporterPort: number,
  arms: readonly HaproxyArm[],
  { binary, config }: BootOptions,
): Promise<HaproxyConfig> {
  const spoeConf = join(dir, 'spoe.conf')
  const rendered = renderHaproxyConfig({
    ...config,
    release: binary.release,
    arms,
    exporterPort,
    paths: { statsSocket, spoeConf },
  })
  await writeFile(spoeConf, rendered.spoeConf)
  await writeFile(join(dir, 'haproxy.cfg'), rendered.haproxyCfg)
  return rendered
}
