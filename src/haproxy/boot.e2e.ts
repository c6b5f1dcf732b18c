import { readFileSync } from 'node:fs'
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bootHaproxy, type BootOptions } from './boot.ts'
import type { HaproxyBinary } from './binary.ts'
import { proofHeader } from './config.ts'
import { parseInfo, parseStat } from './stats.ts'
import { haproxysAtHand, isProcessAlive, leftovers } from './testing.ts'

type Arm = 'bypass' | 'offload'

const { binaries, label } = await haproxysAtHand()

/** Nobody listens there: an agent that is down. */
const nobody = { host: '127.0.0.1', port: 1 }

function bootOptions(binary: HaproxyBinary, config: Partial<BootOptions['config']> = {}): BootOptions<Arm> {
  return {
    binary,
    config: {
      agentAddress: nobody,
      originAddress: nobody,
      ...config,
      arms: [
        { name: 'bypass', offload: false },
        { name: 'offload', offload: true },
      ],
    },
  }
}

/** Every boot of a test goes into a folder of its own, so that what it leaves can be seen. */
let temporary = ''
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'e2e-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(temporary, { recursive: true })
})

describe(`on ${label}`, () => {
  describe.for(binaries)('$version', (binary) => {
    test('boots: every frontend accepts, nothing is counted yet, the exporter answers', async () => {
      await using haproxy = await bootHaproxy(bootOptions(binary))
      const before = parseStat(await haproxy.command('show stat'))
      const frontends = before.filter(({ service }) => service === 'FRONTEND')
      expect(frontends.map(({ proxy, sessions, requests }) => [proxy, sessions, requests])).toEqual([
        ['bypass', 0, 0],
        ['offload', 0, 0],
        ['exporter', 0, 0],
      ])
      expect(before.find(({ proxy }) => proxy === 'agents-offload')).toMatchObject({
        sessions: 0,
        connects: 0,
      })
      for (const port of [...Object.values(haproxy.ports), haproxy.exporterPort]) {
        expect(port).toBeGreaterThanOrEqual(20_000)
        expect(port).toBeLessThan(30_000)
        await expect(accepts(port)).resolves.toBe(true)
      }
      const metrics = await get(haproxy.exporterPort)
      expect(metrics.body).toContain('haproxy_backend_total_time_average_seconds{proxy="agents-offload"}')
    })

    test('runs the binary it was given, as one thread', async () => {
      await using haproxy = await bootHaproxy(bootOptions(binary))
      const info = parseInfo(await haproxy.command('show info'))
      expect(info.get('Version')).toContain(binary.version)
      expect(info.get('Nbthread')).toBe('1')
      expect(Number(info.get('Pid'))).toBe(haproxy.haproxyPid)
      expect(haproxy.pid).toBe(haproxy.haproxyPid)
    })

    test('an agent that is down fails open, and the origin sees that there was no proof', async () => {
      await using origin = await startOrigin()
      await using haproxy = await bootHaproxy(
        bootOptions(binary, { originAddress: origin.address, processingTimeoutMs: 100 }),
      )
      const headers = { [proofHeader]: 'forged' }
      for (const port of [haproxy.ports.bypass, haproxy.ports.offload]) {
        await expect(get(port, headers)).resolves.toMatchObject({ status: 200, body: 'none' })
      }
    })

    test('a port that a stranger took meanwhile is given up for another', async () => {
      const strangers: Server[] = []
      const takePort = (dir: string): string[] => {
        if (strangers.length === 0) strangers.push(createTcpServer().listen(portIn(dir), '127.0.0.1'))
        return ['env']
      }
      await using haproxy = await bootHaproxy({ ...bootOptions(binary), prefix: takePort })
      expect(strangers.map((server) => server.listening)).toEqual([true])
      await expect(accepts(haproxy.ports.offload)).resolves.toBe(true)
      await expect(leftovers(temporary)).resolves.toEqual([haproxy.dir])
      for (const server of strangers) server.close()
    })

    test('three such boots in a row are an error that says so', async () => {
      const strangers: Server[] = []
      const takePort = (dir: string): string[] => {
        strangers.push(createTcpServer().listen(portIn(dir), '127.0.0.1'))
        return ['env']
      }
      await expect(bootHaproxy({ ...bootOptions(binary), prefix: takePort })).rejects.toMatchObject({
        code: 'PORT_IN_USE',
        message: expect.stringMatching(/Address already in use|cannot bind/),
      })
      expect(strangers).toHaveLength(3)
      await expect(leftovers(temporary)).resolves.toEqual([])
      for (const server of strangers) server.close()
    })

    test('an early exit carries what HAProxy said', async () => {
      const options = bootOptions(binary, { nbthread: 0 })
      await expect(bootHaproxy(options)).rejects.toMatchObject({
        code: 'EARLY_EXIT',
        message: expect.stringMatching(/ended \(code 1\).*nbthread/s),
      })
      await expect(leftovers(temporary)).resolves.toEqual([])
    })

    test('dispose leaves neither process nor folder, and may be called again', async () => {
      const haproxy = await bootHaproxy(bootOptions(binary))
      expect(isProcessAlive(haproxy.pid)).toBe(true)
      await haproxy.dispose()
      expect(isProcessAlive(haproxy.pid)).toBe(false)
      await expect(access(haproxy.dir)).rejects.toThrow('ENOENT')
      await haproxy.dispose()
      await haproxy.exited
    })

    test('dispose ends an HAProxy that does not react to SIGTERM', async () => {
      const haproxy = await bootHaproxy(bootOptions(binary))
      process.kill(haproxy.pid, 'SIGSTOP')
      await haproxy.dispose()
      expect(isProcessAlive(haproxy.pid)).toBe(false)
      await expect(leftovers(temporary)).resolves.toEqual([])
    })
  })
})

const newest = binaries.at(-1)
if (newest === undefined) throw new Error('expected an HAProxy to test with')

test('a prefix runs before HAProxy, hears of the end, and sees standard input open until then', async () => {
  const script = `"$@" </dev/null & child=$!; trap 'kill "$child"' TERM; wait "$child"; wait "$child"`
  const prefix = (dir: string): string[] => ['sh', '-c', `: > "${dir}/here"; ${script}`, 'sh']
  const haproxy = await bootHaproxy({ ...bootOptions(newest), prefix })
  await access(join(haproxy.dir, 'here'))
  expect(haproxy.haproxyPid).not.toBe(haproxy.pid)
  await haproxy.dispose()
  expect([haproxy.pid, haproxy.haproxyPid].map(isProcessAlive)).toEqual([false, false])
})

test('a prefix that swallows SIGTERM cannot keep HAProxy alive', async () => {
  const script = `"$@" </dev/null & child=$!; trap : TERM; while kill -0 "$child"; do wait "$child"; done`
  const haproxy = await bootHaproxy({ ...bootOptions(newest), prefix: ['sh', '-c', script, 'sh'] })
  await haproxy.dispose()
  expect([haproxy.pid, haproxy.haproxyPid].map(isProcessAlive)).toEqual([false, false])
})

test('an HAProxy whose prefix was killed is ended too', async () => {
  const script = '"$@" </dev/null & wait'
  const haproxy = await bootHaproxy({ ...bootOptions(newest), prefix: ['sh', '-c', script, 'sh'] })
  process.kill(haproxy.pid, 'SIGKILL')
  await haproxy.exited
  expect(isProcessAlive(haproxy.haproxyPid)).toBe(true)
  await haproxy.dispose()
  await vi.waitUntil(() => !isProcessAlive(haproxy.haproxyPid))
  await expect(leftovers(temporary)).resolves.toEqual([])
})

test('a cancelled run boots nothing, and ends what it had booted', async () => {
  const cancelled = { ...bootOptions(newest), cancelSignal: AbortSignal.abort() }
  await expect(bootHaproxy(cancelled)).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect(leftovers(temporary)).resolves.toEqual([])

  const controller = new AbortController()
  const haproxy = await bootHaproxy({ ...bootOptions(newest), cancelSignal: controller.signal })
  controller.abort()
  await haproxy.exited
  await haproxy.dispose()
  expect(isProcessAlive(haproxy.pid)).toBe(false)
  await expect(leftovers(temporary)).resolves.toEqual([])
})

test('a binary that is gone is an early exit', async () => {
  const options = bootOptions({ ...newest, path: '/nonexistent/haproxy' })
  await expect(bootHaproxy(options)).rejects.toMatchObject({ code: 'EARLY_EXIT', message: /ENOENT/ })
})

test('a long TMPDIR does not make the socket path too long', async () => {
  const long = join(temporary, 'x'.repeat(90))
  await mkdir(long)
  vi.stubEnv('TMPDIR', long)
  await using haproxy = await bootHaproxy(bootOptions(newest))
  expect(haproxy.statsSocket.length).toBeLessThanOrEqual(97)
})

test('the order of the ports is decided by the given randomness', async () => {
  const random = { shuffle: <T>(items: readonly T[]): T[] => items.toReversed() }
  await using haproxy = await bootHaproxy({ ...bootOptions(newest), random })
  const { bypass, offload } = haproxy.ports
  expect(haproxy.exporterPort).toBeGreaterThan(bypass)
  expect(bypass).toBeGreaterThan(offload)
})

/** A port that the configuration in `dir` binds. */
function portIn(dir: string): number {
  return Number(/bind 127\.0\.0\.1:(\d+)/.exec(readFileSync(join(dir, 'haproxy.cfg'), 'utf8'))?.[1])
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1', () => {
    socket.destroy()
    resolve(true)
  }).on('error', () => resolve(false))
  return promise
}

interface Answer {
  readonly status: number | undefined
  readonly body: string
}

function get(port: number, headers: Record<string, string> = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const call = request({ host: '127.0.0.1', port, path: '/metrics', agent: false, headers }, (response) => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      body += text
    })
    response.on('end', () => resolve({ status: response.statusCode, body }))
  })
  call.on('error', reject)
  call.end()
  return promise
}

/** Answers with the proof header that it was sent. */
async function startOrigin(): Promise<AsyncDisposable & { address: { host: string; port: number } }> {
  const server = createServer((incoming, response) => response.end(incoming.headers[proofHeader]))
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP listener has such an address
  const { port } = server.address() as AddressInfo
  return {
    address: { host: '127.0.0.1', port },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((done) => void server.close(done))
    },
  }
}
