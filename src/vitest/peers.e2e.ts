import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { setVar } from '../spop/action.ts'
import { startAgent } from '../agent/server.ts'
import { isProcessAlive } from '../haproxy/testing.ts'
import { findListeningPids } from '../host/listening-process.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { familyOf, foldersOf, launch, root } from './testing/launch.ts'

const cleanup = createCleanup()
afterEach(() => cleanup.dispose())

const benchPeers = (...flags: readonly string[]): ReturnType<typeof launch> => launch('bench:peers', flags)

async function webServer(): Promise<number> {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup.defer(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function goodAgent(): Promise<number> {
  const agent = await startAgent({ handler: () => [setVar('sess', 'ip_score', 50)] })
  return cleanup.use(agent).port
}

test.for([
  [[], '--peer name=host:port, got none'],
  [['--peer', 'c=127.0.0.1'], 'got "c=127.0.0.1"'],
  // Port 1 (tcpmux) is nobody's.
  [['--peer', 'c=127.0.0.1:1'], 'to listen on 127.0.0.1 port 1'],
] as const)('%j: one sentence and exit code 2', async ([flags, sentence]) => {
  const { exitCode, stderr } = await benchPeers(...flags)
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(sentence)])
  expect(exitCode).toBe(2)
})

test('a web server is no peer', async () => {
  const { exitCode, stderr } = await benchPeers('--peer', `c=127.0.0.1:${await webServer()}`)
  expect(stderr).toMatch(/^spoe-bench: Expected 127\.0\.0\.1 port \d+ to answer HAPROXY-HELLO .*$/)
  expect(exitCode).toBe(2)
})

test('a short comparison prints its table and keeps its record', async () => {
  const peer = `theirs=127.0.0.1:${await goodAgent()}`
  const sizes = ['--blocks', '10', '--rounds', '2', '--round-ms', '50']
  const { exitCode, stdout } = await benchPeers('--peer', peer, ...sizes)
  expect(stdout).toMatch(/^theirs +\d/m)
  const record = /results\/[^ ]+\/peers\.json/.exec(stdout)?.[0] ?? ''
  expect(existsSync(join(root, record))).toBe(true)
  expect(exitCode).toBe(0)
})

test.runIf(process.platform === 'linux')(
  'an interruption takes every process down, leaves the peer alone and is no success',
  async () => {
    const port = await goodAgent()
    const run = benchPeers('--peer', `theirs=127.0.0.1:${port}`, '--blocks', '10', '--rounds', '1000')
    // The load has begun: HAProxy and our own agent are up.
    await new Promise<void>((resolve) => {
      run.stderr.on('data', (text: Buffer) => void (String(text).includes('case 2/2') && resolve()))
    })
    const children = familyOf(run.pid)
    expect(foldersOf(children)).not.toEqual([])
    run.kill('SIGINT')
    expect((await run).exitCode).toBe(2)
    expect(children.filter(isProcessAlive)).toEqual([])
    expect(foldersOf(children)).toEqual([])
    expect(findListeningPids('127.0.0.1', port)).toEqual([process.pid])
  },
)
