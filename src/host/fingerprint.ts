import { access, readFile } from 'node:fs/promises'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { execa } from 'execa'

/**
 * What of this machine decides a latency. Flat, and without a name of host or user and without a path,
 * because records get published. Null: the system does not tell.
 */
export interface HostFingerprint {
  readonly arch: string
  readonly platform: string
  readonly cpuModel: string | null
  /** Logical cores of the machine, whether we may use them or not. */
  readonly cores: number
  readonly memoryBytes: number
  /** Without what its builder appended; `6.18.44`. */
  readonly kernelRelease: string
  /** `6.18`: what makes two kernels comparable. */
  readonly kernelVersion: string
  /** `kvm`, `microsoft`, ...; `none` on bare metal, `unknown` where it hides its name. */
  readonly hypervisor: string | null
  readonly isContainer: boolean
  /** Frequency governor of the first core; virtual machines have none. */
  readonly governor: string | null
  readonly clockSource: string | null
  /** Runnable processes on average over the last minute, when this was taken. */
  readonly loadAverage1min: number
  readonly isCi: boolean
  readonly nodeVersion: string
}

export async function takeFingerprint(): Promise<HostFingerprint> {
  const [cpuInfo, hypervisor, isContainer, governor, clockSource] = await Promise.all([
    readText('/proc/cpuinfo'),
    findHypervisor(),
    findContainer(),
    readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    readText('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
  ])
  const kernelRelease = /^[\d.]*\d/.exec(release())?.[0] ?? release()
  return {
    arch: arch(),
    platform: platform(),
    cpuModel: cpuModel(cpuInfo),
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernelRelease,
    kernelVersion: kernelRelease.split('.').slice(0, 2).join('.'),
    hypervisor,
    isContainer,
    governor,
    clockSource,
    loadAverage1min: Math.round(100 * (loadavg()[0] ?? 0)) / 100,
    isCi: isCi(process.env),
    nodeVersion: process.version,
  }
}

/** CI services set `CI`; people switch it off with `false` or `0`. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return !['', '0', 'false', undefined].includes(env['CI'])
}

/** Arm kernels name no model there; what they number identifies it as well. */
export function cpuModel(cpuInfo: string | null): string | null {
  const model = cpus()[0]?.model.trim()
  if (model && model !== 'unknown') return model
  const fields = ['CPU implementer', 'CPU part', 'CPU revision'].map(
    (name) => new RegExp(`^${name}\\s*:\\s*(\\S+)`, 'm').exec(cpuInfo ?? '')?.[1],
  )
  return fields.includes(undefined) ? null : fields.join(' ')
}

async function findHypervisor(): Promise<string | null> {
  if (process.platform === 'darwin') {
    const answer = await ask('sysctl', ['-n', 'kern.hv_vmm_present'])
    return answer === '1' ? 'unknown' : answer === '0' ? 'none' : null
  }
  // It prints `none` and fails where there is none.
  const detected = await ask('systemd-detect-virt', ['--vm'])
  if (detected) return detected
  const vendor = /^Hypervisor vendor:\s*(.+)$/m.exec((await ask('lscpu', [])) ?? '')?.[1]
  if (vendor) return vendor.toLowerCase()
  const cpuInfo = await readText('/proc/cpuinfo')
  const flags = /^flags\s*:(.*)$/m.exec(cpuInfo ?? '')?.[1]
  if (flags === undefined) return null
  return flags.split(' ').includes('hypervisor') ? 'unknown' : 'none'
}

async function findContainer(): Promise<boolean> {
  const isMarked = await Promise.all(['/.dockerenv', '/run/.containerenv'].map(exists))
  if (isMarked.includes(true)) return true
  const groups = (await readText('/proc/1/cgroup')) ?? ''
  return /docker|kubepods|containerd|lxc|podman/.test(groups)
}

async function ask(command: string, words: readonly string[]): Promise<string | null> {
  const { stdout } = await execa(command, words, {
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C' },
    timeout: 2_000,
  })
  return stdout?.trim() || null
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').then(
    (text) => text.trim() || null,
    () => null,
  )
}
