import { expect, test } from 'vitest'
import { closeOver, parsePackages, type DebPackage } from './deb-packages.ts'

test('stanzas of apt-cache show', () => {
  const text = `Package: haproxy
Version: 3.4.7-1
Pre-Depends: dpkg
Depends: libc6 (>= 2.38), libssl3t64:any (>= 3.5.1), systemd | systemd-sysusers
Description: a proxy
 Depends: not a field
SHA256: b8cc

Package: libc6
Version: 2.43-7
SHA256: 1866

Package: without-a-hash
Version: 1
`
  expect(parsePackages(text)).toEqual([
    {
      name: 'haproxy',
      version: '3.4.7-1',
      sha256: 'b8cc',
      dependencies: ['dpkg', 'libc6', 'libssl3t64', 'systemd'],
    },
    { name: 'libc6', version: '2.43-7', sha256: '1866', dependencies: [] },
  ])
})

test('the closure follows libraries alone, each once, over circles and unknown names', async () => {
  const dependencies: Record<string, string[]> = {
    liba: ['libc'],
    libb: ['libc', 'libgone'],
    libc: ['liba', 'libd'],
    libd: [],
    adduser: ['libnever'],
  }
  const packageOf = (name: string): DebPackage[] => {
    const found = dependencies[name]
    return found === undefined ? [] : [{ name, version: '1', sha256: name, dependencies: found }]
  }
  const asked: string[] = []
  const haproxy = { name: 'haproxy', version: '1', sha256: '', dependencies: ['liba', 'adduser', 'libb'] }
  const closure = await closeOver(haproxy, /^lib/, (names) => {
    asked.push(...names)
    return Promise.resolve(names.flatMap(packageOf))
  })
  expect(closure.map(({ name }) => name)).toEqual(['haproxy', 'liba', 'libb', 'libc', 'libd'])
  expect(asked).toEqual(['liba', 'libb', 'libc', 'libgone', 'libd'])
})
