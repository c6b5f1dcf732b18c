import { execa, execaNode } from 'execa'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { RawPeer } from './agent/testing.ts'
import { ascii, sized, toHex } from './spop/testing.ts'
import { packOnce } from './vitest/testing/installed-project.ts'

// The package as others get it: packed, and unpacked into a project that has nothing else. (Unpacked, not
// installed: what the benchmark depends on is not there, so the two entries are shown to need none of it.)

const root = fileURLToPath(new URL('..', import.meta.url))
let project: string
let tarball: string

/** What somebody might write: it runs, and it is type-checked. */
const consumer = `
import { setVar, startAgent, unsetVar, type Action, type TypedValue } from 'spoe-bench/agent'
import { FrameParser, NotifyReader, isNotifyValid, Cursor } from 'spoe-bench/spop'

function print(data: TypedValue): string {
  switch (data.type) {
    case 'null': return 'null'
    case 'int64': case 'uint64': { const exact: bigint = data.value; return exact + 'n' }
    case 'int32': case 'uint32': { const number: number = data.value; return String(number) }
    case 'binary': return Buffer.from(data.value).toString('hex')
    case 'bool': case 'ipv4': case 'ipv6': case 'string': return String(data.value)
  }
}
// @ts-expect-error HAProxy has no such scope
export const wrongScope = (): Action => setVar('nowhere', 'name', 1)
// @ts-expect-error nothing says what a number of 64 bits would be here
export const wrongValue: TypedValue = { type: 'int64', value: 1 }
// @ts-expect-error an agent needs a handler
export const wrongOptions = () => startAgent({ port: 0 })

const reader = new NotifyReader()
await using agent = await startAgent({
  handler: (notify): Action[] | Promise<Action[]> => {
    const { messages, streamId, frameId, engineId, signal } = notify
    let read = 0
    reader.reset(notify)
    while (reader.nextMessage()) while (reader.nextArg()) read++
    const values = messages.flatMap(({ args }) => args.map(({ name, value }) => name + '=' + print(value)))
    const text = [read, streamId, frameId, engineId !== undefined, signal.aborted, ...values].join(' ')
    const actions = [setVar('txn', 'seen', text), unsetVar('sess', 'old')]
    return messages.length > 1 ? Promise.resolve(actions) : actions
  },
})
const parser = new FrameParser(1024)
parser.push(Uint8Array.of(0, 0, 0, 7, 3, 0, 0, 0, 1, 1, 1))
console.log(JSON.stringify({ port: agent.port, valid: parser.next() === 1 && isNotifyValid(parser, new Cursor(parser.bytes)) }))
await new Promise((resolve) => process.stdin.once('end', resolve).resume())
`

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'spoe-bench-package-'))
  tarball = await packOnce()
  const installed = join(project, 'node_modules', 'spoe-bench')
  mkdirSync(installed, { recursive: true })
  await execa('tar', ['xzf', tarball, '-C', installed, '--strip-components=1'])
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(project, 'consumer.ts'), consumer)
})
afterAll(() => rmSync(project, { recursive: true, force: true }))

function capture(name: string): Buffer {
  const text = readFileSync(join(root, 'fixtures', 'frames', '3.4', `${name}.hex`), 'latin1')
  return Buffer.from(text.replaceAll('\n', ''), 'hex')
}

test('an agent from the package answers what HAProxy 3.4 sent, every type of value', async () => {
  const child = execaNode('consumer.ts', { cwd: project, nodeOptions: ['--no-warnings'] })
  // A package that cannot be loaded ends the child, and its error with it.
  const line: unknown[] = await Promise.race([once(child.stdout, 'data'), child.then(() => [])])
  const { port, valid } = JSON.parse(String(line[0])) as { port: number; valid: boolean }
  expect(valid).toBe(true)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  {
    await using peer = new RawPeer(socket)
    peer.send(capture('hello'), capture('notify'))
    const [hello, ack] = await peer.receive(2)
    expect(hello).toMatch(/^65 /)
    expect(ack).toMatch(/^67 00 00 00 01 01 01 01 03 02 04 73 65 65 6e 08 /)
    expect(ack).toContain(toHex(ascii('max=9223372036854775807n')))
    expect(ack).toContain(toHex(ascii('ipv6=2001:db8::1')))
    expect(ack!.endsWith(toHex([2, 2, 1, ...sized('old')]))).toBe(true)
  }
  child.stdin.end()
  await child
})

test('its types are those of the source', async () => {
  const types = join(root, 'node_modules', '@types')
  symlinkSync(types, join(project, 'node_modules', '@types'))
  const options = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noEmit: true,
  }
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }),
  )
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, exitCode } = await execaNode(tsc, ['-p', project], { reject: false, nodeOptions: [] })
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
})

test('every module that a thread or a process starts from is in it', () => {
  const dist = join(project, 'node_modules', 'spoe-bench', 'dist')
  const named = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) =>
      [...readFileSync(join(dist, file), 'utf8').matchAll(/siblingModule\('([^']+)'/g)].map(([, name = '']) =>
        join(dirname(file), `${name}.js`),
      ),
    )
  expect(named).toContain('src/trial/load-thread.js')
  expect(named.filter((file) => !existsSync(join(dist, file)))).toEqual([])
})

test('publint and are-the-types-wrong find nothing in it', async () => {
  const run = (tool: string, ...args: string[]): ReturnType<typeof execaNode<{ reject: false; all: true }>> =>
    execaNode(join(root, 'node_modules', tool), [...args, tarball], {
      reject: false,
      all: true,
      nodeOptions: [],
    })
  const lint = await run('publint/src/cli.js', 'run', '--strict')
  expect({ exitCode: lint.exitCode, all: lint.all }).toEqual({
    exitCode: 0,
    all: expect.stringContaining('All good!'),
  })
  // Node's own way from ESM and a bundler's; there is no CommonJS.
  const types = await run('@arethetypeswrong/cli/dist/index.js', '--profile', 'esm-only')
  expect({ exitCode: types.exitCode, all: types.all }).toMatchObject({ exitCode: 0 })
  for (const entry of ['', '/vitest', '/provider', '/spop', '/agent']) {
    expect(types.all).toContain(`"spoe-bench${entry}"`)
  }
})
