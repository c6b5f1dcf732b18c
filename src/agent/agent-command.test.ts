import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import {
  type AgentCommandOptions,
  reachAgent,
  type RunningAgent,
  startAgentCommand,
} from './agent-command.ts'
import { sayHello } from './say-hello.ts'
import { startAgent } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'spoe-agent-command-'))
afterAll(() => rmSync(folder, { recursive: true }))

const node = `'${process.execPath}'`
const ours = `${node} --no-warnings '${fileURLToPath(new URL('command.ts', import.meta.url))}'`
let logs = 0

function start(command: string, options: Partial<AgentCommandOptions> = {}): Promise<RunningAgent> {
  return startAgentCommand({ command, cwd: folder, logFile: join(folder, `${++logs}.log`), ...options })
}

/** A program of Node whose port is its first argument. */
function script(name: string, source: string): string {
  writeFileSync(join(folder, `${name}.cjs`), source)
  return `${node} ${name}.cjs {port}`
}

const web = `require('node:http').createServer((_, response) => response.end()).listen(process.argv[2], '127.0.0.1')`

test('an agent is started, answers, and ends with SIGTERM; its log is kept', async () => {
  const agent = await start(`${ours} --listen 127.0.0.1:{port} --delay-ms {delay_ms}`, { delayMs: 5 })
  await expect(sayHello(agent.host, agent.port)).resolves.toBeUndefined()
  expect(agent.pid).toBeGreaterThan(0)
  await agent[Symbol.asyncDispose]()
  expect(await agent.ended).toBe('exit code 0')
  await expect(sayHello(agent.host, agent.port)).rejects.toMatchObject({ code: 'notListening' })
  const log = readFileSync(join(folder, `${logs}.log`), 'utf8')
  expect(log).toContain(`listening on 127.0.0.1:${agent.port}, delay 5 ms`)
})

test('who does not listen to SIGTERM is killed', async () => {
  const stubborn = script(
    'stubborn',
    `process.on('SIGTERM', () => {})
     import(${JSON.stringify(new URL('server.ts', import.meta.url).href)}).then(({ startAgent }) =>
       startAgent({ handler: () => [], port: Number(process.argv[2]) }))`,
  )
  const agent = await start(stubborn)
  await agent[Symbol.asyncDispose]()
  expect(await agent.ended).toBe('signal SIGKILL')
})

test('what it ends by is told while it is used', async () => {
  const agent = await start(`${ours} --listen 127.0.0.1:{port}`)
  process.kill(agent.pid ?? 0, 'SIGKILL')
  expect(await agent.ended).toBe('signal SIGKILL')
  await agent[Symbol.asyncDispose]()
})

test.for([
  ['./my-spao -p {port}', `got "./my-spao", which is not there (from ${folder})`, undefined],
  [
    'no-such-spoa -p {port}',
    'got "no-such-spoa", which is in no folder of PATH: write ./no-such-spoa',
    undefined,
  ],
  ['./folder {port}', 'which is a folder', undefined],
  ['./text {port}', 'which may not be executed', undefined],
  ['./my-spoa', 'to have {port} where its port goes, got "./my-spoa"', undefined],
  ['./my-spoa {port}', 'a command with {delay_ms} for a delay of 10 ms', 10],
] as const)('"%s" is not started', async ([command, sentence, delayMs]) => {
  mkdirSync(join(folder, 'folder'), { recursive: true })
  writeFileSync(join(folder, 'text'), 'no program')
  await expect(start(command, delayMs === undefined ? {} : { delayMs })).rejects.toMatchObject({
    code: 'invalidOption',
    message: expect.stringContaining(sentence),
  })
})

test('one that crashes is told with the last lines of its log', async () => {
  const crash = script(
    'crash',
    `console.log('reading rules'); console.error('\\x1b[31mrules.conf:7: no\\x1b[0m'); process.exit(3)`,
  )
  await expect(start(crash)).rejects.toMatchObject({
    code: 'commandFailed',
    message: expect.stringMatching(
      /^Expected the agent to listen on 127\.0\.0\.1:\d+; it ended \(exit code 3\) and said: reading rules\nrules\.conf:7: no\nAll of it is in .*\.log\.$/,
    ),
  })
})

test('one that speaks HTTP is told as that, and ended', async () => {
  const starting = start(script('web', web))
  await expect(starting).rejects.toMatchObject({
    code: 'notSpop',
    message: expect.stringContaining('answered in HTTP'),
  })
  const { message } = (await starting.catch((error: unknown) => error)) as Error
  const port = Number(/port (\d+)/.exec(message)?.[1])
  await expect(sayHello('127.0.0.1', port)).rejects.toMatchObject({ code: 'notListening' })
})

test('one that never listens is told with the time that it had', async () => {
  await expect(
    start(script('idle', `console.log('idle'); setInterval(() => {}, 1000)`), { readyMs: 3_000 }),
  ).rejects.toMatchObject({
    code: 'notListening',
    message: expect.stringMatching(/\(it was given 3000 ms\); its log says: idle\n/),
  })
})

test('an interruption ends the start and what was started', async () => {
  const abort = new AbortController()
  const started = join(folder, 'started')
  const waiting = script(
    'waiting',
    `require('node:fs').writeFileSync('started', String(process.pid)); setInterval(() => {}, 1000)`,
  )
  const starting = start(waiting, { signal: abort.signal })
  const refused = starting.catch((error: unknown) => error)
  while (!existsSync(started) || readFileSync(started, 'utf8') === '')
    await new Promise((resolve) => setTimeout(resolve, 10))
  abort.abort()
  expect(await refused).toMatchObject({ code: 'interrupted' })
  expect(() => process.kill(Number(readFileSync(started, 'utf8')), 0)).toThrow('ESRCH')
})

test('one that runs already is reached and left alone', async () => {
  const running = await startAgent({ handler: () => [] })
  const agent = await reachAgent(`localhost:${running.port}`)
  expect([agent.host, agent.port, agent.pid]).toEqual(['127.0.0.1', running.port, null])
  await agent[Symbol.asyncDispose]()
  await expect(sayHello(agent.host, agent.port)).resolves.toBeUndefined()
  await running.close()
  await expect(reachAgent(`127.0.0.1:${running.port}`)).rejects.toMatchObject({ code: 'notListening' })
})

test.for(['9000', '127.0.0.1', ':1', '127.0.0.1:0'])('"%s" is no address', async (address) => {
  await expect(reachAgent(address)).rejects.toThrow(
    `Expected the agent's address to be host:port such as 127.0.0.1:9000, got "${address}".`,
  )
})
