import { expect, test } from 'vitest'
import { nameBuilds, parseBuild } from './binary.ts'

/** The lines of `haproxy -vv` that are read, and some around them. */
const text = `HAProxy version 3.2.26-1 2026/10/14 - https://haproxy.org/
Status: long-term supported branch - will stop receiving fixes around Q2 2030.
Running on: Linux 6.1.0 #1 SMP x86_64
Build options :
  TARGET  = linux-glibc
Detected feature list : +HAVE_WORKING_TCP_MD5SIG
Built with multi-threading support (MAX_TGROUPS=32, MAX_THREADS=1024, default=2).
Available services : prometheus-exporter
Available filters :
\t[CACHE] cache
\t[SPOE] spoe
\t[TRACE] trace
`

test('version, release and build options', () => {
  const build = parseBuild(text)
  expect(build).toMatchObject({ version: '3.2.26', release: { major: 3, minor: 2 }, missing: [] })
  expect(build?.buildOptions).toMatch(/^Build options :\n {2}TARGET/)
})

test.each([
  ['HA-Proxy version 2.0.33-0ubuntu0.1 2023/10/31', '2.0.33'],
  ['HAProxy version 3.5-dev5-50872d-12 2026/11/01', '3.5.0'],
  ['HAProxy version 2.8.16-0ubuntu0.24.04.1 2026/01/01', '2.8.16'],
])('%s', (line, version) => {
  expect(parseBuild(line)?.version).toBe(version)
})

test('another program is not HAProxy', () => {
  expect(parseBuild('ls (GNU coreutils) 9.1\n')).toBeNull()
})

test.each([
  ['\t[SPOE] spoe\n', 'the SPOE filter (built without USE_SPOE)'],
  [' prometheus-exporter', 'the Prometheus exporter (built without USE_PROMEX)'],
])('without %j it says what is missing', (line, missing) => {
  expect(parseBuild(text.replace(line, ''))?.missing).toEqual([missing])
})

test('the hash is that of the build, not of the machine it runs on', () => {
  const hash = parseBuild(text)?.buildHash
  const elsewhere = text
    .replace('Linux 6.1.0 #1', 'Linux 6.9.9 #7')
    .replace('+HAVE', '-HAVE')
    .replace('default=2', 'default=64')
  expect(parseBuild(elsewhere)?.buildHash).toBe(hash)
  expect(parseBuild(text.replace('linux-glibc', 'linux-musl'))?.buildHash).not.toBe(hash)
})

test('builds of one version get a number each', () => {
  const versions = ['3.2.26', '3.4.7', '3.2.26', '3.2.26'].map((version) => ({ version }))
  expect(nameBuilds(versions)).toEqual(['3.2.26', '3.4.7', '3.2.26 #2', '3.2.26 #3'])
})
