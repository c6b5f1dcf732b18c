import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execaNode } from 'execa'
import { afterEach, expect, test } from 'vitest'
import { startAgent } from '../agent/server.ts'
import { setVar } from '../spop/action.ts'
import type { Plan } from '../record/plan.ts'
import type { Run } from '../record/run.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { launch, root } from './testing/launch.ts'

const cleanup = createCleanup()
afterEach(() => cleanup.dispose())

const launcher = join(root, 'src', 'launcher.mjs')

async function startOriginCommand(): Promise<string> {
  const running = execaNode(launcher, ['origin', '--listen', '127.0.0.1:0'], {
    reject: false,
    nodeOptions: [],
  })
  cleanup.defer(async () => {
    running.kill('SIGTERM')
    expect((await running).exitCode).toBe(0)
  })
  const [said] = (await once(running.stdout, 'data')) as [Buffer]
  return /^origin on (\S+)$/m.exec(String(said))?.[1] ?? ''
}

async function startOwnAgent(): Promise<string> {
  const agent = cleanup.use(await startAgent({ handler: () => [setVar('sess', 'ip_score', 50)] }))
  return `127.0.0.1:${agent.port}`
}

test('an origin by its address hands out what proves each request', async () => {
  const origin = await startOriginCommand()
  const { stdout } = await launch('run', [
    '--agent',
    await startOwnAgent(),
    '--origin',
    origin,
    '--blocks',
    '20',
  ])
  const path = join(root, 'results', /run (\S+), started/.exec(stdout)?.[1] ?? '')
  const read = (file: string): unknown => JSON.parse(readFileSync(join(path, file), 'utf8'))
  expect((read('plan.json') as Plan).origin).toBe(origin)
  expect((read('run.json') as Run).cases.map(({ faults }) => faults)).toEqual([[], [], [], []])
  const verified = await execaNode(launcher, ['verify', path], { reject: false, nodeOptions: [] })
  expect(verified.stderr).not.toMatch(/table|run\.json|allocation|drawn/)
})

test('nobody there, and another web server: one sentence and exit code 2', async () => {
  const agent = await startOwnAgent()
  const server = createServer((_, response) => response.end('<h1>It works!</h1>')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup.defer(() => void server.close())
  const { port } = server.address() as AddressInfo
  // Port 1 (tcpmux) is nobody's.
  for (const [origin, sentence] of [
    ['127.0.0.1:1', 'Expected an origin to listen on 127.0.0.1 port 1: '],
    [
      `127.0.0.1:${port}`,
      'to be an origin of "npm run origin", which writes down what proves itself; it answered "<h1>It',
    ],
    ['9000', 'Expected --origin to be HOST:PORT such as 10.0.0.6:12347, got "9000"'],
  ] as const) {
    const refused = await launch('run', ['--agent', agent, '--origin', origin])
    expect(refused.stderr).toContain(sentence)
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
    expect(refused.exitCode).toBe(2)
  }
})
