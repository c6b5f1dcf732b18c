import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execaNode } from 'execa'
import { afterAll, afterEach, expect, test } from 'vitest'
import { exampleAgents } from '../agent/testing/examples.ts'
import { startAgent } from '../agent/server.ts'
import { defaultProof, defaultSpoeFile } from '../haproxy/default-spoe.ts'
import { readProcessTable } from '../host/process-table.ts'
import { setVar } from '../spop/action.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { launch, root } from './testing/launch.ts'

const folder = mkdtempSync(join(tmpdir(), 'spoe-own-'))
afterAll(() => rmSync(folder, { recursive: true }))
const cleanup = createCleanup()
afterEach(() => cleanup.dispose())

const run = (...flags: readonly string[]): ReturnType<typeof launch> => launch('run', flags)

/** An agent of Node that does `atNotify` with every NOTIFY and its number; its command line names it. */
function scripted(name: string, atNotify: string): string {
  const file = join(folder, `${name}.mjs`)
  const from = (module: string): string => JSON.stringify(join(root, 'src', module))
  writeFileSync(
    file,
    `import { startAgent } from ${from('agent/server.ts')}
     import { setVar } from ${from('spop/action.ts')}
     let notify = 0
     const actions = [setVar('sess', 'ip_score', 50)]
     await startAgent({ port: Number(process.argv[2]), handler: () => { notify++; ${atNotify} } })
     console.log('serving')`,
  )
  return `'${process.execPath}' --no-warnings '${file}' {port}`
}

function isRunning(name: string): boolean {
  return readProcessTable().some(({ words }) => words.includes(join(folder, `${name}.mjs`)))
}

function spoeFile(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const spoe = defaultSpoeFile({ major: 3, minor: 2 })

// What is wrong with flags alone: own-options.test.ts.
test.for([
  [[], 'got neither'],
  [['--agent-cmd', './my-spao {port}'], `to start a program, got "./my-spao", which is not there`],
  [['--agent-cmd', './my-spoa'], 'to have {port} where its port goes'],
  // Port 1 (tcpmux) is nobody's.
  [['--agent', '127.0.0.1:1'], 'Expected an agent to listen on 127.0.0.1 port 1'],
  [['--agent', '9000'], 'to be host:port such as 127.0.0.1:9000, got "9000"'],
  [['--agent', 'x:1', '--margin-ms', 'few'], '--margin-ms to be a number of milliseconds above 0, got "few"'],
] as const)('%j: one sentence and exit code 2', async ([flags, sentence]) => {
  const { exitCode, stderr } = await run(...flags)
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^spoe-bench: Expected .*\.?$/)])
  expect(stderr).toContain(sentence)
  expect(exitCode).toBe(2)
})

test('what is wrong with a file of the user is told by its line, before his agent is started', async () => {
  const command = ['--agent-cmd', scripted('never', ''), '--proof-var', defaultProof]
  const broken = spoeFile('broken.cfg', spoe.replace('option var-prefix', 'optoin var-prefix'))
  const wrong = await run(...command, '--spoe-config', broken)
  expect(wrong.stderr).toMatch(
    /^spoe-bench: Expected HAProxy [\d.]+ to take your configuration; broken\.cfg, line 4: .*\n +4 \| optoin/,
  )
  const fine = spoeFile('fine.cfg', spoe)
  const engine = await run(...command, '--spoe-config', fine, '--engine', 'ip-reputatoin')
  expect(engine.stderr).toContain('("ip-reputation"), got "ip-reputatoin".')
  const unproven = await run('--agent-cmd', scripted('never', ''), '--spoe-config', fine)
  expect(unproven.stderr).toContain('Expected --proof-var to name a variable')
  expect([wrong.exitCode, engine.exitCode, unproven.exitCode]).toEqual([2, 2, 2])
  expect(isRunning('never')).toBe(false)
})

test('an agent that speaks HTTP, and one that ends before it listens', async () => {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup.defer(() => void server.close())
  const web = await run('--agent', `127.0.0.1:${(server.address() as AddressInfo).port}`)
  expect(web.stderr).toMatch(
    /^spoe-bench: Expected .* to answer HAPROXY-HELLO with AGENT-HELLO; it answered in HTTP$/,
  )
  const command = scripted('early', '').replace('early.mjs', 'no-such-file.mjs')
  const early = await run('--agent-cmd', command)
  expect(early.stderr).toMatch(
    /^spoe-bench: Expected the agent to listen .* it ended \(exit code 1\) and said: /,
  )
  expect(early.stderr).toContain('no-such-file.mjs')
  expect([web.exitCode, early.exitCode]).toEqual([2, 2])
})

test('an agent that crashes at request 50 ends the run, with its last words', async () => {
  const command = scripted(
    'crash',
    `if (notify === 50) { console.error('out of luck'); process.exit(7) } return actions`,
  )
  const { exitCode, stderr } = await run('--agent-cmd', command)
  expect(stderr).toMatch(
    /^spoe-bench: the agent ended \(exit code 7\) while it was measured and said: serving\nout of luck$/m,
  )
  expect(exitCode).toBe(2)
  expect(isRunning('crash')).toBe(false)
})

test('an agent that sets nothing is told what it was to set', async () => {
  const { exitCode, stderr } = await run('--agent-cmd', scripted('silent', 'return []'))
  expect(stderr).toContain(`Expected ${defaultProof} to be set for every request to the arm offload`)
  expect(exitCode).toBe(2)
  expect(isRunning('silent')).toBe(false)
})

test('SIGKILL of all of ours takes the agent along', async () => {
  const running = run('--agent-cmd', scripted('orphan', 'return actions'))
  await new Promise<void>((resolve) => {
    running.stderr.on('data', (text: Buffer) => void (String(text).includes('case 1/') && resolve()))
  })
  expect(isRunning('orphan')).toBe(true)
  const table = readProcessTable()
  const vitest = table.find(({ parentPid }) => parentPid === running.pid)
  process.kill(vitest?.pid ?? 0, 'SIGKILL')
  running.kill('SIGKILL')
  await running
  while (isRunning('orphan')) await new Promise((resolve) => setTimeout(resolve, 20))
})

const [python, c] = exampleAgents()

test.skipIf(python?.command == null)('the example in Python, started by its command', async () => {
  const { exitCode, stdout } = await run('--agent-cmd', python?.command ?? '', '--blocks', '20')
  expect(stdout).toContain("overhead = offload - bypass: the agent's own time is part of it")
  expect(stdout).toMatch(/agent x 20 /)
  expect(stdout).toMatch(/^The agent's process: \d+ us of processor time a request, \d+ MiB/m)
  const record = join(root, 'results', /run (\S+), started/.exec(stdout)?.[1] ?? '')
  expect(JSON.parse(readFileSync(join(record, 'plan.json'), 'utf8'))).toMatchObject({
    agent: { from: python?.command, proof: [defaultProof] },
  })
  expect(existsSync(join(record, 'seed.log'))).toBe(false)
  const verified = await execaNode(join(root, 'src', 'launcher.mjs'), ['verify', record], {
    reject: false,
    nodeOptions: [],
  })
  expect(verified.stderr).not.toMatch(/table|run\.json|allocation|drawn/)
  // Twenty blocks find no decoy for sure, and other tests may keep the machine busy.
  expect(exitCode).toBeOneOf([0, 3, 5])
})

test.skipIf(c?.command == null)('the example in C, with a SPOE file and rules of its own', async () => {
  const rules = spoeFile('rules.cfg', 'http-request set-header x-score %[var(sess.mine.ip_score)]\n')
  const mine = spoe.replace('var-prefix iprep', 'var-prefix mine').replace('[ip-reputation]', '[mine]')
  const files = ['--spoe-config', spoeFile('mine.cfg', mine), '--engine', 'mine', '--rules', rules]
  const proof = ['--proof-var', 'txn.mine.args', '--proof-var', 'sess.mine.ip_score']
  const { stdout } = await run('--agent-cmd', c?.command ?? '', ...files, ...proof, '--blocks', '20')
  expect(stdout).toMatch(/agent x 20 /)
  expect(stdout.replaceAll(/\n +/g, ' ')).toContain('proven by txn.mine.args and sess.mine.ip_score')
})

test('an agent that runs already is asked on an event, with a recording, on kept connections, and left running', async () => {
  const agent = cleanup.use(await startAgent({ handler: () => [setVar('sess', 'ip_score', 50)] }))
  const request = {
    method: 'GET',
    url: 'https://shop.example/a',
    headers: [{ name: 'te', value: 'trailers' }],
  }
  const har = spoeFile('shop.har', JSON.stringify({ log: { entries: [{ request }] } }))
  const asked = ['--event', 'on-frontend-http-request', '--connection', 'keep-alive', '--requests', har]
  const { stdout, stderr } = await run('--agent', `127.0.0.1:${agent.port}`, '--blocks', '20', ...asked)
  expect(stdout).toMatch(/agent x 20 /)
  const text = stdout.replaceAll(/\n +/g, ' ')
  expect(stderr).toContain('shop.har: no host of the recording is contacted (shop.example)')
  expect(stderr).toContain('shop.har: left out, being of the connection or ours: te x 1')
  expect(text).toContain('condition: paced, kept connections, the request of shop.har')
  expect(text).toContain('asked by on-frontend-http-request, proven by sess.iprep.ip_score')
  expect(text).toMatch(/of it by HAProxy's own clock: asking the agent, its answer included, \d+\.\d+ ms/)
  expect(agent.connections).toBe(0)
})
