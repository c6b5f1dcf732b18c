import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, relative } from 'node:path'

/** A limit on the processor time of our control group or of one above it. */
export interface CpuQuota {
  /** In cores: 1.5 = three halves of one core's time. */
  readonly cores: number
  /** The file that says so. */
  readonly source: string
}

export type ReadText = (path: string) => string | undefined

interface Hierarchy {
  readonly mountPoint: string
  /** The group that the mount point shows; in a container seldom the root of the machine. */
  readonly mountRoot: string
  readonly group: string
  readonly version: 1 | 2
}

/**
 * The tightest quota that can bind us: cpu.max (version 2) or cpu.cfs_quota_us (version 1) from our own
 * group up to what we can see. One that allows every core of the machine binds nobody and is left out.
 */
export function findCpuQuota(
  readText: ReadText = readFile,
  coreCount: number = cpus().length,
): CpuQuota | null {
  let tightest: CpuQuota | null = null
  for (const hierarchy of findHierarchies(readText)) {
    for (const directory of directoriesUpwards(hierarchy)) {
      const quota = readQuota(directory, hierarchy.version, readText)
      if (quota && quota.cores < Math.min(coreCount, tightest?.cores ?? Infinity)) tightest = quota
    }
  }
  return tightest
}

/** cgroups(7): each line of /proc/self/cgroup is `id:controllers:group`, version 2 has id 0 and no controllers. */
function findHierarchies(readText: ReadText): readonly Hierarchy[] {
  const mounts = (readText('/proc/self/mountinfo') ?? '').split('\n').map(parseMount)
  return (readText('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, id, controllers, group] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    if (id === undefined || controllers === undefined || group === undefined) return []
    const version = id === '0' && controllers === '' ? 2 : 1
    if (version === 1 && !controllers.split(',').includes('cpu')) return []
    const mount = mounts.find((candidate) =>
      version === 2
        ? candidate?.type === 'cgroup2'
        : candidate?.type === 'cgroup' && candidate.options.includes('cpu'),
    )
    return mount ? [{ mountPoint: mount.point, mountRoot: mount.root, group, version }] : []
  })
}

interface Mount {
  readonly root: string
  readonly point: string
  readonly type: string
  readonly options: readonly string[]
}

/** proc_pid_mountinfo(5): `id parent major:minor root point options optional... - type source options`. */
function parseMount(line: string): Mount | undefined {
  const [before, after] = line.split(' - ')
  const [, , , root, point] = before?.split(' ') ?? []
  const [type, , options] = after?.split(' ') ?? []
  if (!root || !point || !type) return undefined
  return { root, point, type, options: options?.split(',') ?? [] }
}

function directoriesUpwards({ mountPoint, mountRoot, group }: Hierarchy): readonly string[] {
  const below = relative(mountRoot, group)
  // A group outside the mounted part (seen from within a container): the mount point is all there is to see.
  const parts = below.startsWith('..') ? [] : below.split('/').filter(Boolean)
  return Array.from({ length: parts.length + 1 }, (_, depth) =>
    join(mountPoint, ...parts.slice(0, parts.length - depth)),
  )
}

function readQuota(directory: string, version: 1 | 2, readText: ReadText): CpuQuota | undefined {
  const source = join(directory, version === 2 ? 'cpu.max' : 'cpu.cfs_quota_us')
  const text = readText(source)
  if (text === undefined) return undefined
  const [quota, ownPeriod] = text.trim().split(/\s+/)
  const period = version === 2 ? ownPeriod : readText(join(directory, 'cpu.cfs_period_us'))
  const cores = Number(quota) / Number(period)
  // `max` and -1 both mean none.
  return cores > 0 && Number.isFinite(cores) ? { cores, source } : undefined
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
