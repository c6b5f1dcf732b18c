import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { sayHello } from './say-hello.ts'
import { startAgent } from './server.ts'

test('an agent answers', async () => {
  const agent = await startAgent({ handler: () => [] })
  await expect(sayHello(agent.host, agent.port)).resolves.toBeUndefined()
  await agent.close()
})

test('where nobody listens it says so', async () => {
  const agent = await startAgent({ handler: () => [] })
  await agent.close()
  await expect(sayHello('127.0.0.1', agent.port)).rejects.toMatchObject({
    code: 'notListening',
    message: expect.stringContaining(`port ${agent.port}`),
  })
})

test.for([
  ['a web server', 'answered in HTTP', (socket: Socket) => socket.write('HTTP/1.1 400 Bad\r\n')],
  [
    'a web server that waits for the end of a line',
    'answered in HTTP',
    (socket: Socket) => socket.once('data', () => socket.write('<!DOCTYPE HTML>')),
  ],
  [
    'one that sends something else',
    'bytes that are no SPOP frame',
    (socket: Socket) => socket.write('220 mail ready'),
  ],
  ['one that hangs up', 'closed the connection', (socket: Socket) => socket.end()],
  ['one that says nothing', 'nothing came within 100 ms', () => {}],
  // An AGENT-DISCONNECT: type 102, FIN, both ids 0, no items.
  [
    'one that refuses',
    'type 102',
    (socket: Socket) => socket.write(Buffer.from('0000000766000000010000', 'hex')),
  ],
] as const)('%s is no agent', async ([, sentence, answer]) => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(sayHello('127.0.0.1', port, 100)).rejects.toMatchObject({
    code: 'notSpop',
    message: expect.stringContaining(sentence),
  })
  server.close()
})
