import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Exchange } from '../record/samples.ts'
import { generateLoad, type LoadInput } from './generator.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const epochNs = process.hrtime.bigint()
const clock = (): number => Number(process.hrtime.bigint() - epochNs)
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A real listener that treats every connection in a way of its own. */
async function serve(onRequest: (socket: Socket, request: string) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => onRequest(socket, chunk.toString('latin1')))
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function load(
  input: Partial<LoadInput> & { ports: number[] },
  signal = new AbortController().signal,
): Promise<Map<number, readonly Exchange[]>> {
  const blocks = new Map<number, readonly Exchange[]>()
  await generateLoad(
    {
      host: '127.0.0.1',
      offsetsNs: null,
      slotsPerBlock: input.ports.length,
      intervalNs: 3_000_000,
      deadlineMs: 5000,
      ...input,
    },
    { onBlock: (block, exchanges) => blocks.set(block, exchanges) },
    clock,
    signal,
  )
  return blocks
}

const faultOf = (blocks: Map<number, readonly Exchange[]>): string | null | undefined =>
  blocks.get(0)?.[0]?.[5]

test('a request carries its number and nothing that tells its arm', async () => {
  const requests: string[] = []
  const port = await serve((socket, request) => {
    requests.push(request)
    socket.write(ok)
  })
  await load({ ports: [port, port], slotsPerBlock: 1 })
  expect(requests).toEqual([
    'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request: 00000000\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request: 00000001\r\n\r\n',
  ])
})

test('every port of a block gets the same request of the mix, and the next block another', async () => {
  const mix = {
    from: 'mix.json',
    requests: [
      { method: 'HEAD', path: '/a', headers: [], times: 1 },
      { method: 'POST', path: '/b', headers: [], body: { bytes: 3 }, times: 1 },
    ],
  }
  const seen: string[] = []
  const port = await serve((socket, request) => {
    seen.push(request.replace(/x-request: \d+/, 'x-request'))
    socket.write(request.startsWith('HEAD') ? ok.slice(0, -2) : ok)
  })
  const blocks = await load({
    ports: [port, port, port, port],
    slotsPerBlock: 2,
    traffic: { connection: 'new', mix },
    requestOfBlock: [1, 0],
  })
  expect([...blocks.values()].flat().map((exchange) => exchange[5])).toEqual([null, null, null, null])
  const post = 'POST /b HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 3\r\nx-request\r\n\r\nspo'
  const head = 'HEAD /a HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request\r\n\r\n'
  expect(seen).toEqual([post, post, head, head])
})

describe('kept connections', () => {
  const traffic = { connection: 'keep-alive' } as const

  test('one after the other goes on the same connection to its port, and on another to another port', async () => {
    const peers: (number | undefined)[][] = [[], []]
    const [first, second] = await Promise.all(
      peers.map((own) =>
        serve((socket) => {
          own.push(socket.remotePort)
          socket.write(ok)
        }),
      ),
    )
    const blocks = await load({ ports: [first!, second!, first!, second!, first!, second!], traffic })
    for (const own of peers) expect(own).toEqual(Array(3).fill(own[0]))
    // What is recorded is what the other side saw.
    const recorded = blocks.get(0)?.map(([, sourcePort]) => sourcePort) ?? []
    expect(recorded).toEqual([0, 1, 2].flatMap((turn) => peers.map((own) => own[turn])))
  })

  test('a request that finds none idle opens one', async () => {
    const waiting: Socket[] = []
    const peers: (number | undefined)[] = []
    const port = await serve((socket) => {
      peers.push(socket.remotePort)
      if (waiting.push(socket) < 2) return
      for (const open of waiting.splice(0)) open.write(ok)
    })
    await load({ ports: [port, port, port, port], offsetsNs: [0, 1e6, 500e6, 501e6], traffic })
    expect(peers).toHaveLength(4)
    expect(new Set(peers.slice(2))).toEqual(new Set(peers.slice(0, 2)))
    expect(new Set(peers).size).toBe(2)
  })

  test.for([
    ['says that it closes', ok.replace('content', 'connection: close\r\ncontent'), false],
    ['closes without a word', ok, true],
  ] as const)(
    'a server that %s gets the next request on another connection',
    async ([, answer, isEnding]) => {
      const peers: (number | undefined)[] = []
      const port = await serve((socket) => {
        peers.push(socket.remotePort)
        if (isEnding) socket.end(answer)
        else socket.write(answer)
      })
      const blocks = await load({ ports: [port, port], offsetsNs: [0, 200e6], traffic })
      expect(blocks.get(0)?.map((exchange) => exchange[5])).toEqual([null, null])
      expect(new Set(peers).size).toBe(2)
    },
  )

  test('a response that nobody asked for is a fault, or ends the connection', async () => {
    const twice = await serve((socket) => socket.write(ok + ok))
    expect(faultOf(await load({ ports: [twice], traffic }))).toMatch(/^expected the body "ok", got "okHTTP/)
    const peers: (number | undefined)[] = []
    const late = await serve((socket) => {
      peers.push(socket.remotePort)
      socket.write(ok)
      setTimeout(() => socket.write(ok), 20)
    })
    const blocks = await load({ ports: [late, late], offsetsNs: [0, 300e6], traffic })
    expect(blocks.get(0)?.map((exchange) => exchange[5])).toEqual([null, null])
    expect(new Set(peers).size).toBe(2)
  })

  test('all of them are closed at the end', async () => {
    const closed: Promise<unknown>[] = []
    const port = await serve((socket) => {
      closed.push(once(socket, 'close'))
      socket.write(ok)
    })
    await load({ ports: [port], traffic })
    await Promise.all(closed)
    expect(closed).toHaveLength(1)
  })
})

test('latency ends with the header, not with the body', async () => {
  let headerAt = 0
  const port = await serve((socket) => {
    headerAt = clock()
    socket.write(ok.slice(0, -2))
    setTimeout(() => socket.write('ok'), 60)
  })
  const [[, , , startNs, endNs, fault]] = (await load({ ports: [port] })).get(0) as unknown as [Exchange]
  expect(fault).toBeNull()
  expect(startNs).toBeLessThan(headerAt)
  expect(endNs - headerAt).toBeLessThan(60_000_000)
})

test('a response may come in any pieces', async () => {
  const port = await serve((socket) => {
    socket.setNoDelay(true)
    let sent = 0
    const next = (): void => {
      if (sent < ok.length && !socket.destroyed) socket.write(ok.charAt(sent++), () => setImmediate(next))
    }
    next()
  })
  expect(faultOf(await load({ ports: [port] }))).toBeNull()
})

test.for([
  [
    'another status',
    'HTTP/1.1 503 Service Unavailable\r\n\r\n',
    'expected status 200, got "HTTP/1.1 503 Service Unavailable"',
  ],
  ['another body', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno', 'expected the body "ok", got "no"'],
  ['no length', 'HTTP/1.1 200 OK\r\nx: y\r\n\r\nok', 'expected a content-length, got none'],
] as const)('%s is a fault', async ([, response, fault]) => {
  const port = await serve((socket) => socket.write(response))
  expect(faultOf(await load({ ports: [port] }))).toBe(fault)
})

test('a connection that is closed without a word is a fault', async () => {
  const port = await serve((socket) => socket.end())
  expect(faultOf(await load({ ports: [port] }))).toBe('closed without a response')
})

test('a port that nobody listens on is a fault', async () => {
  const port = await serve(() => {})
  servers.splice(0)[0]?.close()
  expect(faultOf(await load({ ports: [port] }))).toBe('ECONNREFUSED')
})

test('a response that never comes is a fault at the deadline', async () => {
  const port = await serve(() => {})
  expect(faultOf(await load({ ports: [port], deadlineMs: 20 }))).toBe('no response within 20 ms')
})

test('paced requests start on time though earlier ones are still open', async () => {
  let waiting: Socket[] = []
  const port = await serve((socket) => {
    waiting.push(socket)
    if (waiting.length < 5) return
    for (const open of waiting) open.write(ok)
    waiting = []
  })
  const blocks = await load({ ports: [port, port, port, port, port], offsetsNs: [0, 1e6, 2e6, 3e6, 4e6] })
  const starts = blocks.get(0)?.map(([, , intendedNs, startNs]) => startNs - intendedNs) ?? []
  expect(starts).toHaveLength(5)
  for (const lateNs of starts) expect(lateNs).toBeGreaterThanOrEqual(0)
})

test('after a stall the schedule shifts and does not burst', async () => {
  const port = await serve((socket) => socket.write(ok))
  // The stall: the clock jumps by 500 ms between the first and the second start.
  let jumpNs = 0
  let reads = 0
  const jumping = (): number => {
    if (++reads === 4) jumpNs = 500e6
    return clock() + jumpNs
  }
  const starts: number[] = []
  await generateLoad(
    {
      host: '127.0.0.1',
      ports: Array.from({ length: 6 }, () => port),
      offsetsNs: [0, 20e6, 40e6, 60e6, 80e6, 100e6],
      slotsPerBlock: 6,
      intervalNs: 20e6,
      deadlineMs: 5000,
    },
    { onBlock: (_, exchanges) => starts.push(...exchanges.map(([, , , startNs]) => startNs)) },
    jumping,
    new AbortController().signal,
  )
  // What follows the stalled start keeps its distance from that; a burst would have no time in it. A single
  // start may come late on a busy machine and the next one not, so no single gap is looked at.
  expect(starts).toHaveLength(6)
  expect(starts[5]! - starts[1]!).toBeGreaterThan(70e6)
})

test('a load that is stopped ends the block that it has begun, and waits for what is under way', async () => {
  const stop = new AbortController()
  let requests = 0
  const port = await serve((socket) => {
    requests++
    // In the middle of the second block; the answers come when nothing is sent any more.
    if (requests === 3) stop.abort()
    setTimeout(() => socket.write(ok), 150)
  })
  const blocks: [number, readonly Exchange[]][] = []
  await generateLoad(
    {
      host: '127.0.0.1',
      ports: Array.from({ length: 40 }, () => port),
      offsetsNs: Array.from({ length: 40 }, (_, slot) => slot * 20e6),
      slotsPerBlock: 2,
      intervalNs: 20e6,
      deadlineMs: 5000,
    },
    { onBlock: (block, exchanges) => blocks.push([block, exchanges]) },
    clock,
    new AbortController().signal,
    stop.signal,
  )
  expect(requests).toBe(4)
  expect(blocks.map(([block]) => block)).toEqual([0, 1])
  expect(blocks.flatMap(([, exchanges]) => exchanges.map((one) => one[5]))).toEqual([null, null, null, null])
})

test('an interrupted load ends at once and reports what was under way', async () => {
  const port = await serve(() => {})
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 20)
  const blocks = await load({ ports: [port, port], slotsPerBlock: 1 }, abort.signal)
  expect([...blocks.values()].flat().map((exchange) => exchange[5])).toEqual(['interrupted'])
})

test('a response behind its deadline is a fault, though the event loop came to it before the timer', async () => {
  const port = await serve((socket) => socket.write(ok))
  const ended: Exchange[] = []
  let nowNs = 0
  await generateLoad(
    {
      host: '127.0.0.1',
      ports: [port],
      offsetsNs: null,
      slotsPerBlock: 1,
      intervalNs: 3_000_000,
      deadlineMs: 5_000,
    },
    { onBlock: (_, exchanges) => void ended.push(...exchanges) },
    () => (nowNs += 5_000_000_001),
    new AbortController().signal,
  )
  expect(ended.map((one) => one[5])).toEqual(['no response within 5000 ms'])
})
