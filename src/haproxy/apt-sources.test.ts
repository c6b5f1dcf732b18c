import { expect, test } from 'vitest'
import {
  deriveSources,
  ownSources,
  parseDeb822Sources,
  parseOneLineSources,
  parseOsRelease,
  renderSources,
  type AptSource,
} from './apt-sources.ts'

const deb822 = `# a comment
Types: deb deb-src
# a comment inside
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb-src
URIs: http://mirror.example/sources
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://mirror.example/off
Suites: bookworm
Components: main
`

const bookworm = { id: 'debian', codename: 'bookworm' }
const keyring = { 'signed-by': '/usr/share/keyrings/debian-archive-keyring.gpg' }

function source(uri: string, suite: string, changes: Partial<AptSource> = {}): AptSource {
  return { uri, suite, components: ['main'], trust: {}, ...changes }
}

test('deb822: every URI with every suite, without sources and disabled entries', () => {
  expect(parseDeb822Sources(deb822)).toEqual([
    source('http://mirror.example/debian', 'bookworm', { components: ['main', 'contrib'], trust: keyring }),
    source('http://mirror.example/debian', 'bookworm-updates', {
      components: ['main', 'contrib'],
      trust: keyring,
    }),
    source('http://mirror.example/debian-security', 'bookworm-security'),
  ])
})

test('deb822: a key inside Signed-By survives reading and printing', () => {
  const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----'
  const text = `Types: deb\nURIs: http://mirror.example/debian\nSuites: sid\nComponents: main\nSigned-By:${key}\n`
  const sources = parseDeb822Sources(text)
  expect(sources[0]?.trust).toEqual({ 'signed-by': key })
  expect(parseDeb822Sources(renderSources(sources))).toEqual(sources)
})

test('one-line format: options, comments, and what is not a binary source', () => {
  const text = `
# deb http://mirror.example/old buster main
deb http://mirror.example/debian bookworm main contrib # a comment
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/b bookworm main
`
  expect(parseOneLineSources(text)).toEqual([
    source('http://mirror.example/debian', 'bookworm', { components: ['main', 'contrib'] }),
    source('http://mirror.example/b', 'bookworm', { trust: keyring }),
  ])
})

test('os-release, quoted or not', () => {
  expect(parseOsRelease('PRETTY_NAME="X"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n')).toEqual({
    id: 'ubuntu',
    codename: 'noble',
  })
  expect(parseOsRelease('ID="debian"\n')).toEqual({ id: 'debian', codename: '' })
})

test("a release's suites come from the mirror that carries the host's own main component", () => {
  const sources = [
    source('http://third.example/apt', 'bookworm', { trust: { 'signed-by': '/third.gpg' } }),
    source('http://other.example/apt', 'stable', { components: ['contrib'] }),
    source('http://tool.example/apt', 'tool-bookworm'),
    ...parseDeb822Sources(deb822),
  ]
  const lists = deriveSources(sources, bookworm, ['trixie', 'trixie-security'])
  const names = lists.map((list) => list.map(({ uri, suite }) => `${uri} ${suite}`))
  expect(names).toEqual([
    ['http://mirror.example/debian trixie', 'http://mirror.example/debian-security trixie-security'],
    ['http://mirror.example/debian trixie'],
    ['http://third.example/apt trixie', 'http://mirror.example/debian-security trixie-security'],
    ['http://third.example/apt trixie'],
  ])
  expect(lists[0]?.[0]).toMatchObject({ components: ['main'], trust: keyring })
})

test('no security entry, no security suite; no Debian, no Debian suites', () => {
  const sources = [source('http://mirror.example/debian', 'sid')]
  expect(deriveSources(sources, { id: 'debian', codename: '' }, ['trixie', 'trixie-security'])).toEqual([
    [source('http://mirror.example/debian', 'trixie')],
  ])
  expect(deriveSources(sources, { id: 'ubuntu', codename: 'noble' }, ['trixie'])).toEqual([])
  expect(deriveSources(sources, bookworm, [])).toEqual([])
})

test("the host's own suite is taken with its updates and security fixes", () => {
  const sources = [
    source('http://mirror.example/ubuntu', 'noble', { components: ['main', 'universe'] }),
    source('http://mirror.example/ubuntu', 'noble-backports'),
    source('http://mirror.example/ubuntu', 'noble-security'),
    source('http://third.example/apt', 'noble', { components: ['stable'] }),
  ]
  const own = ownSources(sources, { id: 'ubuntu', codename: 'noble' })
  expect(own.map(({ suite }) => suite)).toEqual(['noble', 'noble-security'])
  expect(ownSources(sources, { id: 'ubuntu', codename: '' })).toEqual([])
})
