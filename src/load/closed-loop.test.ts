import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setImmediate, setTimeout as setRealTimeout } from 'node:timers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ClosedLoopInput, type ClosedLoopResult, runClosedLoop } from './closed-loop.ts'

// The window opens and closes when a test says so; a busy machine may take its time with the responses.
const closers: (() => void)[] = []
beforeEach(() => {
  nowMs = 0
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  closers.splice(0).forEach((close) => close())
})

let nowMs = 0
const clock = (): number => nowMs * 1e6
const { signal } = new AbortController()

function advance(ms: number): void {
  nowMs += ms
  vi.advanceTimersByTime(ms)
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** Runs the loop with a window that opens after 10 answers and closes 100 later. */
async function runWindow({ input, answered }: Served, onEdge?: () => void): Promise<ClosedLoopResult> {
  const running = runClosedLoop(input, clock, signal, onEdge)
  await until(() => answered() > 10)
  advance(input.warmUpMs)
  const before = answered()
  await until(() => answered() > before + 100)
  advance(input.durationMs)
  return running
}

interface Served {
  readonly input: ClosedLoopInput
  readonly answered: () => number
  readonly mostAtOnce: () => number
}

/** A web server that answers the n-th request with `answer(n)`; `write` may cut that up. */
async function serve(
  answer: (request: number) => string,
  write = (socket: Socket, text: string): void => void socket.write(text),
): Promise<Served> {
  let answered = 0
  let open = 0
  let mostAtOnce = 0
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      expect(String(chunk)).toBe('GET /score HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
      mostAtOnce = Math.max(mostAtOnce, ++open)
      setImmediate(() => {
        open--
        write(socket, answer(answered++))
      })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return {
    input: {
      host: '127.0.0.1',
      port,
      path: '/score',
      body: '50',
      connections: 4,
      warmUpMs: 5,
      durationMs: 40,
      deadlineMs: 500,
    },
    answered: () => answered,
    mostAtOnce: () => mostAtOnce,
  }
}

const response = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`

test('counts what was answered inside the window, one request a connection', async () => {
  const served = await serve(() => response('50'))
  const edges: number[] = []
  const { requests, elapsedNs } = await runWindow(served, () => edges.push(served.answered()))
  expect(edges).toHaveLength(2)
  const [before = 0, after = 0] = edges
  // Answers on their way when an edge is read are the most that the two counts can differ by.
  expect(Math.abs(requests - (after - before))).toBeLessThanOrEqual(served.input.connections)
  expect(elapsedNs).toBe(40e6)
  expect(served.mostAtOnce()).toBeLessThanOrEqual(served.input.connections)
})

test('a response that comes in pieces is one response', async () => {
  const served = await serve(
    () => response('50'),
    (socket, text) => {
      socket.write(text.slice(0, 20))
      setRealTimeout(() => socket.write(text.slice(20)), 1)
    },
  )
  const { requests } = await runWindow(served)
  expect(Math.abs(requests - 100)).toBeLessThanOrEqual(2 * served.input.connections)
})

test.for([0, 30])('an answer without the score fails the loop, request %i', async (wrong) => {
  const { input } = await serve((request) => response(request === wrong ? '--' : '50'))
  await expect(runClosedLoop(input, clock, signal)).rejects.toThrow('--')
})

test('two answers to one request fail the loop', async () => {
  const { input } = await serve((request) => response('50').repeat(request > 10 ? 2 : 1))
  await expect(runClosedLoop(input, clock, signal)).rejects.toThrow('expected a response')
})

test('a connection that is closed, or silent, fails the loop', async () => {
  const closing = await serve(
    () => response('50'),
    (socket, text) => socket.end(text),
  )
  await expect(runClosedLoop(closing.input, clock, signal)).rejects.toThrow('one was closed')
  const silent = await serve(
    () => response('50'),
    (socket, text) => void (silent.answered() < 20 && socket.write(text)),
  )
  const running = runClosedLoop(silent.input, clock, signal)
  await until(() => silent.answered() > 20)
  const { warmUpMs, durationMs, deadlineMs } = silent.input
  for (const ms of [warmUpMs, durationMs, deadlineMs]) advance(ms)
  await expect(running).rejects.toThrow('within 500 ms')
})

test('an interruption ends it at once', async () => {
  const { input } = await serve(() => response('50'))
  const abort = new AbortController()
  const running = runClosedLoop(input, clock, abort.signal)
  abort.abort()
  await expect(running).rejects.toThrow('interrupted')
})
