import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { HaproxyError } from '../haproxy/haproxy-error.ts'
import { agentStanding } from './agent-standing.ts'

const csv = [
  '# pxname,svname,scur,status,',
  'agents-pass,agent,3,no check,',
  'agents-pass,BACKEND,3,UP,',
  'agents-deny-on-error,agent,0,DOWN,',
  'webservers,web1,1,no check,',
].join('\n')
const host = '127.0.0.1'

test.runIf(process.platform === 'linux')('process, port and the servers of HAProxy', async () => {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const options = { pid: process.pid, host, port, command: async () => csv }
  const standing = await agentStanding(options)
  expect(standing).toMatch(new RegExp(`^process ${process.pid} lives, .*; `))
  expect(standing).toContain(
    `; on port ${port} listens process ${process.pid}; ` +
      'HAProxy says agents-pass no check, 3 open, agents-deny-on-error DOWN, 0 open',
  )
  server.close()
  await once(server, 'close')
  expect(await agentStanding(options)).toContain(`; nobody listens on port ${port}; `)
})

test('an HAProxy that does not answer hides nothing else', async () => {
  const command = async (): Promise<string> => {
    throw new HaproxyError('STATS_SOCKET', 'no answer')
  }
  expect(await agentStanding({ pid: process.pid, host, port: 1, command })).toMatch(
    /^process .*; nobody listens on port 1; HAProxy says nothing \(no answer\)$/,
  )
})
