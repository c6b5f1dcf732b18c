import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { countAtLeast, countBins } from '../stats/latency-histogram.ts'
import { toNs } from '../record/units.ts'
import { type OpenLoopInput, runOpenLoop } from './open-loop.ts'
import { type Pacemaker, startPacemaker } from './pacemaker.ts'

const epochNs = process.hrtime.bigint()
const clock = (): number => Number(process.hrtime.bigint() - epochNs)
const { signal } = new AbortController()
const servers: Server[] = []
let pacemaker: Pacemaker

beforeAll(async () => {
  pacemaker = await startPacemaker()
})
afterAll(() => pacemaker[Symbol.asyncDispose]())
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const ok = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`

/** A real listener that is told of every whole request, and of how many came before it. */
async function serve(
  onRequest: (socket: Socket, number: number, request: string) => void,
): Promise<OpenLoopInput> {
  let requests = 0
  const server = createServer((socket) => {
    let received = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (!received.endsWith('\r\n\r\n')) return
      const request = received
      received = ''
      onRequest(socket, requests++, request)
    })
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    path: '/score',
    ratePerSecond: 1000,
    key: '01'.repeat(32),
    warmUpMs: 0,
    windowMs: 300,
    drainMs: 10_000,
    isKeepAlive: true,
    warmConnections: 4,
    maxInFlight: 64,
    headerBytes: 0,
  }
}

test('a server that stalls once makes all wait that were to come meanwhile', async () => {
  const stallMs = 300
  const input = await serve((socket, number) => {
    if (number === 20) setTimeout(() => socket.write(ok('50')), stallMs)
    else socket.write(ok('50'))
  })
  const { latency, arrivals } = await runOpenLoop(
    { ...input, windowMs: 600, maxInFlight: 1 },
    pacemaker,
    clock,
    signal,
  )
  // Some 200 were to start in the first two thirds of the stall, and none of them could be answered in it. Timed
  // from when it was sent, only the one that the server held would be slow.
  expect(countAtLeast(latency, toNs(stallMs / 3))).toBeGreaterThan(120)
  expect(countBins(latency)).toBe(arrivals)
})

test('the same key makes the same arrivals, at the rate that was asked for', async () => {
  const input = await serve((socket) => socket.write(ok('50')))
  const [one, other] = [
    await runOpenLoop(input, pacemaker, clock, signal),
    await runOpenLoop(input, pacemaker, clock, signal),
  ]
  expect(one.arrivals).toBe(other.arrivals)
  // Poisson with a mean of 300: further off than six deviations is no Poisson.
  expect(Math.abs(one.arrivals - 300)).toBeLessThan(6 * Math.sqrt(300))
  expect(one).toMatchObject({
    answered: one.arrivals,
    unanswered: 0,
    failures: {},
    bodies: { 50: one.arrivals },
  })
  expect(countBins(one.lateness)).toBe(one.arrivals)
})

test('requests that warm up are sent and not counted', async () => {
  const input = await serve((socket) => socket.write(ok('50')))
  const { arrivals, bodies } = await runOpenLoop(
    { ...input, warmUpMs: 100, windowMs: 100 },
    pacemaker,
    clock,
    signal,
  )
  expect(bodies['50']).toBeGreaterThan(arrivals)
})

test('kept alive, connections are used again; else each request has its own', async () => {
  let connections = 0
  const input = await serve((socket) => socket.write(ok('50')))
  servers[0]?.on('connection', () => connections++)
  const kept = await runOpenLoop(input, pacemaker, clock, signal)
  expect(kept.opened).toBe(connections)
  expect(kept.opened).toBeLessThan(kept.arrivals)
  connections = 0
  const fresh = await runOpenLoop({ ...input, isKeepAlive: false }, pacemaker, clock, signal)
  expect(connections).toBe(fresh.arrivals)
  expect(fresh.opened).toBe(fresh.arrivals)
})

test('no more are under way than may be, and those that wait are not late by our fault', async () => {
  let [open, mostOpen] = [0, 0]
  const input = await serve((socket) => {
    mostOpen = Math.max(mostOpen, ++open)
    setTimeout(() => {
      open--
      socket.write(ok('50'))
    }, 20)
  })
  const result = await runOpenLoop({ ...input, maxInFlight: 3 }, pacemaker, clock, signal)
  expect(mostOpen).toBe(3)
  expect(result).toMatchObject({ mostInFlight: 3, answered: result.arrivals })
  // 300 requests, 3 at a time, 20 ms each: two seconds, of which the last one waited most.
  expect(countAtLeast(result.latency, toNs(1000))).toBeGreaterThan(50)
  expect(countAtLeast(result.service, toNs(18))).toBe(result.arrivals)
})

test('what has no answer by the end took at least until then', async () => {
  const input = await serve((socket, number) => void (number < 10 && socket.write(ok('50'))))
  const result = await runOpenLoop({ ...input, maxInFlight: 5, drainMs: 100 }, pacemaker, clock, signal)
  expect(result.answered).toBe(10)
  expect(result.unanswered).toBe(result.arrivals - 10)
  // The first of those came with the window just begun.
  expect(countAtLeast(result.latency, toNs(200))).toBeGreaterThan(100)
})

test('answers in pieces, other statuses and closed connections are told apart', async () => {
  const input = await serve((socket, number) => {
    if (number % 4 === 0) {
      socket.write(ok('50').slice(0, 20))
      setTimeout(() => socket.write(ok('50').slice(20)), 1)
    } else if (number % 4 === 1) socket.write('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n')
    else if (number % 4 === 2) socket.end()
    else socket.write(ok('--'))
  })
  const { arrivals, bodies, failures, answered } = await runOpenLoop(input, pacemaker, clock, signal)
  const counts = { ...bodies, ...failures }
  expect(Object.keys(counts).toSorted()).toEqual(['--', '50', 'closed without an answer', 'status 503'])
  for (const count of Object.values(counts)) expect(Math.abs(count - arrivals / 4)).toBeLessThan(2)
  expect(answered).toBe((bodies['50'] ?? 0) + (bodies['--'] ?? 0))
})

test('a header of so many bytes goes with every request', async () => {
  const sizes = new Set<number>()
  const input = await serve((socket, _, request) => {
    sizes.add(request.length)
    socket.write(ok('50'))
  })
  const bare = 'GET /score HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'.length
  await runOpenLoop({ ...input, headerBytes: 4096 }, pacemaker, clock, signal)
  expect([...sizes]).toEqual([bare + 4096])
})

test('an interruption ends it at once, and nobody listening too', async () => {
  const input = await serve(() => {})
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 20)
  await expect(runOpenLoop(input, pacemaker, clock, abort.signal)).rejects.toThrow('interrupted')
  servers.splice(0)[0]?.close()
  await expect(runOpenLoop(input, pacemaker, clock, signal)).rejects.toThrow('ECONNREFUSED')
})
