import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addConfigFile } from './config-file.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spoe-config-'))
  mkdirSync(join(folder, 'other'))
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  write(
    'spoe-bench.config.ts',
    `const blocks: number = 40
     export default { agent: { command: './a {port}' }, rules: 'rules.cfg', blocks }`,
  )
  write('other/spoe-bench.config.mjs', 'export default { agent: { handler: () => [] } }')
  write('wrong.mjs', 'export default { agent: 7 }')
  write('broken.mjs', 'export default {')
})
afterAll(() => rmSync(folder, { recursive: true }))

const own = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  SPOE_BENCH_SUITE: 'own',
  SPOE_BENCH_CWD: folder,
  ...env,
})

test('the file beside which one stands is taken, its paths are its own', async () => {
  const { env } = await addConfigFile(own())
  expect(env).toEqual({
    ...own(),
    SPOE_BENCH_AGENT_CMD: './a {port}',
    SPOE_BENCH_RULES: join(folder, 'rules.cfg'),
    SPOE_BENCH_BLOCKS: '40',
  })
})

test('flags win: an agent that is named takes the place of the file’s', async () => {
  const { env } = await addConfigFile(own({ SPOE_BENCH_AGENT: '127.0.0.1:9000', SPOE_BENCH_BLOCKS: '7' }))
  expect(env).toMatchObject({ SPOE_BENCH_AGENT: '127.0.0.1:9000', SPOE_BENCH_BLOCKS: '7' })
  expect(env).not.toHaveProperty('SPOE_BENCH_AGENT_CMD')
  expect(env).toHaveProperty('SPOE_BENCH_RULES')
})

test('a file that is named, with a handler in it; the agent starts in its folder', async () => {
  const { env, handler } = await addConfigFile(own({ SPOE_BENCH_CONFIG: 'other/spoe-bench.config.mjs' }))
  expect(handler).toBeTypeOf('function')
  expect(env['SPOE_BENCH_CWD']).toBe(join(folder, 'other'))
})

test('without a file, and for another suite, nothing is added', async () => {
  const env = own({ SPOE_BENCH_CWD: tmpdir() })
  expect(await addConfigFile(env)).toEqual({ env, handler: null })
  const other = { ...own(), SPOE_BENCH_SUITE: 'gate' }
  expect(await addConfigFile(other)).toEqual({ env: other, handler: null })
})

test.for([
  ['nowhere.ts', 'Expected --config to be a file that is there, got nowhere.ts.'],
  ['wrong.mjs', 'Expected agent of wrong.mjs to be'],
  ['broken.mjs', 'Expected broken.mjs to be a module that loads; '],
] as const)('%s: one sentence', async ([file, sentence]) => {
  await expect(addConfigFile(own({ SPOE_BENCH_CONFIG: file }))).rejects.toThrow(sentence)
})
