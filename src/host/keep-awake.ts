import { readFileSync } from 'node:fs'
import { execa } from 'execa'
import { type CpuQuota, findCpuQuota } from './cpu-quota.ts'
import { measureCpuShare } from './cpu-share.ts'
import { HostError } from './host-error.ts'
import { type Spinner, startSpinner } from './spinner.ts'

export { resume, suspend } from './spinner.ts'

export interface KeepAwakeOptions {
  /** What the busy thread of the probe must get of a core beside its spinner. @default 0.98 */
  readonly minimumShare?: number
}

/** A machine whose cores do not sleep, until it is disposed of; or the machine as it is, and why. */
export interface KeepAwake extends AsyncDisposable {
  readonly mode: 'awake' | 'as-is'
  /** Why the machine is left as it is; a clause for a person. */
  readonly reason?: string
  /** Of the spinners, for `suspend` and `resume`. */
  readonly pids: readonly number[]
  /** The cores to pin to; two different ones, when awake. */
  readonly haproxyCore?: number
  readonly nodeCore?: number
  /** What the probe's busy thread got of each, 0 to 1, when awake. */
  readonly cpuShares?: { readonly haproxyCore: number; readonly nodeCore: number }
}

/** What must hold before a spinner is started; null for what could not be read. */
export interface KeepAwakeFacts {
  readonly platform: NodeJS.Platform
  readonly cores: readonly number[]
  readonly quota: CpuQuota | null
  /** What `taskset` and `chrt` said when they were tried, null if they work. */
  readonly toolComplaint: string | null
}

/**
 * Puts one idle-priority spinner on every core that we may use, each under a guard, and probes that the two
 * cores which carry the measurement still give a busy thread its due. Never throws for a machine that can't.
 */
export async function startKeepAwake(options: KeepAwakeOptions = {}): Promise<KeepAwake> {
  const { minimumShare = 0.98 } = options
  const cores = readAllowedCores()
  const obstacle = findObstacle({
    platform: process.platform,
    cores,
    quota: findCpuQuota(),
    toolComplaint: await tryTools(cores),
  })
  if (obstacle !== null) return leaveAsIs(obstacle)

  const [nodeCore, haproxyCore] = chooseCores(cores, readSiblings)
  const started = await Promise.allSettled(cores.map(startSpinner))
  const spinners = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  try {
    const failure = started.find((result) => result.status === 'rejected')
    if (failure) throw failure.reason
    const [nodeShare, haproxyShare] = await Promise.all([
      measureCpuShare(nodeCore, minimumShare),
      measureCpuShare(haproxyCore, minimumShare),
    ])
    for (const [core, share] of [
      [nodeCore, nodeShare],
      [haproxyCore, haproxyShare],
    ] as const) {
      if (share < minimumShare) {
        throw new HostError(
          'SPINNER_FAILED',
          `a busy thread beside a spinner got ${percent(share)} of core ${core}, it needs ${percent(minimumShare)}: ` +
            'the spinner does not yield here, or other work takes the core',
        )
      }
    }
    return {
      mode: 'awake',
      pids: spinners.map(({ pid }) => pid),
      haproxyCore,
      nodeCore,
      cpuShares: { haproxyCore: haproxyShare, nodeCore: nodeShare },
      [Symbol.asyncDispose]: () => stopAll(spinners),
    }
  } catch (error) {
    await stopAll(spinners)
    return leaveAsIs(error instanceof Error ? error.message : String(error))
  }
}

/** Pins all threads of a process, those it starts later included. @throws HostError PIN_FAILED */
export async function pinProcess(pid: number, cores: readonly number[]): Promise<void> {
  const list = cores.join(',')
  let cause: unknown
  try {
    await execa('taskset', ['-a', '-c', '-p', list, String(pid)], { stdin: 'ignore' })
    // taskset is silent about a process that does not exist, and about cores that it had to leave out.
    const wanted = [...new Set(cores)].toSorted((one, other) => one - other)
    if (readAllowedCores(pid).join(',') === wanted.join(',')) return
  } catch (error) {
    cause = error
  }
  throw new HostError(
    'PIN_FAILED',
    `Expected taskset to pin process ${pid} to cores ${list}, but it did not; --as-is runs without.`,
    { cause },
  )
}

/** The words to put before a command that is to run on one core. */
export function pinPrefix(core: number): readonly string[] {
  return ['taskset', '-c', String(core)]
}

/** Why no spinner may be started, or null. */
export function findObstacle({ platform, cores, quota, toolComplaint }: KeepAwakeFacts): string | null {
  if (platform !== 'linux') return `idle-priority spinners need Linux, this is ${platform}`
  if (cores.length < 2) return `two cores are needed, this process may use ${cores.length}`
  if (quota) {
    return `a CPU quota of ${Number(quota.cores.toFixed(2))} cores is set, which spinners would use up`
  }
  return toolComplaint
}

/** Two cores that do not share one physical core, where there are such; else the first two. */
export function chooseCores(
  cores: readonly number[],
  siblingsOf: (core: number) => readonly number[],
): readonly [nodeCore: number, haproxyCore: number] {
  const [nodeCore, second] = cores
  if (nodeCore === undefined || second === undefined) throw new RangeError('Expected two cores at least')
  const siblings = siblingsOf(nodeCore)
  return [nodeCore, cores.slice(1).find((core) => !siblings.includes(core)) ?? second]
}

/** The kernel's list format: `0-2,5` is 0, 1, 2 and 5. */
export function parseCoreList(list: string): readonly number[] {
  return list
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = NaN, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    })
}

/** The affinity mask of a process, this one unless told; empty where the system does not tell. */
export function readAllowedCores(pid: number | 'self' = 'self'): readonly number[] {
  return parseCoreList(/^Cpus_allowed_list:(.*)$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? '')
}

function readSiblings(core: number): readonly number[] {
  return parseCoreList(readText(`/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`))
}

async function tryTools(cores: readonly number[]): Promise<string | null> {
  const result = await execa('taskset', ['-c', cores.join(','), 'chrt', '-i', '0', 'true'], {
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C' },
  })
  if (!result.failed) return null
  if (result.code === 'ENOENT') return 'taskset is not on PATH: install util-linux'
  return `taskset and chrt (util-linux) can't be used: ${result.stderr.trim() || result.shortMessage}`
}

async function stopAll(spinners: readonly Spinner[]): Promise<void> {
  await Promise.all(spinners.map((spinner) => spinner[Symbol.asyncDispose]()))
}

function leaveAsIs(reason: string): KeepAwake {
  // The reason gets published with the record: names of programs stay, paths go.
  const published = reason.replaceAll(/(?:\/[^\s/:]+)+\//g, '')
  return { mode: 'as-is', reason: published, pids: [], [Symbol.asyncDispose]: async () => {} }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
