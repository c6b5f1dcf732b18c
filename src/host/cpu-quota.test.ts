import { expect, test } from 'vitest'
import { findCpuQuota } from './cpu-quota.ts'

const version2 = {
  '/proc/self/cgroup': '0::/user.slice/user-1000.slice/run.scope\n',
  '/proc/self/mountinfo': '29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n',
}
const version1 = {
  '/proc/self/cgroup': '4:memory:/box/a\n3:cpu,cpuacct:/box/a\n0::/\n',
  '/proc/self/mountinfo':
    '30 25 0:27 / /cg/memory rw - cgroup cgroup rw,memory\n31 25 0:28 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n',
}

function find(files: Record<string, string>, coreCount = 4): ReturnType<typeof findCpuQuota> {
  return findCpuQuota((path) => files[path], coreCount)
}

test('version 2: no limit is `max`', () => {
  expect(find({ ...version2, '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n' })).toBeNull()
})

test('version 2: a group above ours limits us too', () => {
  const source = '/sys/fs/cgroup/user.slice/cpu.max'
  expect(find({ ...version2, [source]: '150000 100000\n' })).toEqual({ cores: 1.5, source })
})

test('the tightest of several limits is told', () => {
  const own = '/sys/fs/cgroup/user.slice/user-1000.slice/run.scope/cpu.max'
  const files = {
    ...version2,
    [own]: '200000 100000\n',
    '/sys/fs/cgroup/user.slice/cpu.max': '300000 100000\n',
  }
  expect(find(files)).toEqual({ cores: 2, source: own })
})

test('a limit of as many cores as the machine has binds nobody', () => {
  expect(find({ ...version2, '/sys/fs/cgroup/user.slice/cpu.max': '400000 100000\n' })).toBeNull()
})

test('version 1: the limit stands in the hierarchy of the cpu controller', () => {
  const files = {
    ...version1,
    '/cg/cpu/box/cpu.cfs_quota_us': '50000\n',
    '/cg/cpu/box/cpu.cfs_period_us': '100000\n',
  }
  expect(find(files)).toEqual({ cores: 0.5, source: '/cg/cpu/box/cpu.cfs_quota_us' })
})

test('version 1: no limit is -1', () => {
  const files = {
    ...version1,
    '/cg/cpu/box/a/cpu.cfs_quota_us': '-1\n',
    '/cg/cpu/box/a/cpu.cfs_period_us': '100000\n',
  }
  expect(find(files)).toBeNull()
})

test.each([
  ['its own group mounted as the top', '/docker/abc', '/docker/abc'],
  ['a namespace that hides the way up', '/', '/../outside'],
])('in a container with %s the mount point is read', (_, mountRoot, group) => {
  const files = {
    '/proc/self/cgroup': `0::${group}\n`,
    '/proc/self/mountinfo': `29 22 0:26 ${mountRoot} /sys/fs/cgroup ro - cgroup2 cgroup rw\n`,
    '/sys/fs/cgroup/cpu.max': '100000 100000\n',
  }
  expect(find(files)).toEqual({ cores: 1, source: '/sys/fs/cgroup/cpu.max' })
})

test('in a container the way down from its own group is read as well', () => {
  const source = '/sys/fs/cgroup/inner/cpu.max'
  const files = {
    '/proc/self/cgroup': '0::/docker/abc/inner\n',
    '/proc/self/mountinfo': '29 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n',
    [source]: '100000 100000\n',
  }
  expect(find(files)).toEqual({ cores: 1, source })
})

test('nothing outside the mount is read for a group outside of it', () => {
  const files = {
    '/proc/self/cgroup': '0::/docker/other\n',
    '/proc/self/mountinfo': '29 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n',
    '/sys/fs/other/cpu.max': '100000 100000\n',
  }
  expect(find(files)).toBeNull()
})

test('where there are no control groups there is no limit', () => {
  expect(find({})).toBeNull()
})
