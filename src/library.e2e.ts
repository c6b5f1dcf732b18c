import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exampleAgents } from './agent/testing/examples.ts'
import { readProcessTable } from './host/process-table.ts'
import { root } from './vitest/testing/launch.ts'
import { installProject, type InstalledProject, waysIn } from './vitest/testing/installed-project.ts'

// The package as others use it: installed into an empty project, each way in with agents of other languages.

let project: InstalledProject

beforeAll(async () => {
  project = await installProject()
})
afterAll(() => project[Symbol.dispose]())

const [python, c] = exampleAgents()

// Both by every way take too long for every change: nodes.e2e.ts has them, when it is asked for.
const cases = [
  { way: 'config', agent: python },
  { way: 'library', agent: c },
] as const

test.for(cases)('$agent.label, measured by way of $way', async ({ way, agent }, { skip }) => {
  const command = agent?.command ?? ''
  skip(command === '', 'it can not be built here')
  const ended = await waysIn[way](project, command)
  // So few blocks decide little, and other tests may keep the machine busy.
  expect(ended).toMatchObject({ exitCode: expect.toBeOneOf(way === 'library' ? [0, 1] : [0, 3, 5]) })
  const run = project.readLatest()
  expect(run).toMatchObject({ agent: { from: command }, latencies: [{ blocks: 20 }] })
  // Every request has its proof: the agent was asked, and answered.
  expect(run.cases.flatMap(({ faults }) => faults)).toEqual([])
  expect(`${ended.stdout}${ended.stderr}`).toMatch(/agent x 20 /)
  const program = command.split("'")[1] ?? ''
  expect(readProcessTable().filter(({ words }) => words.includes(program))).toEqual([])
})

test('a run of the package holds, by its own code', async () => {
  const { exitCode, stdout, stderr } = await project.run('spoe-bench', 'verify', 'results/latest')
  const { outcome } = project.readLatest()
  // A run on a busy machine can be invalid; that is then all that does not hold.
  const isInvalid = outcome === 'invalid'
  expect({ exitCode, said: `${stdout}${stderr}` }).toEqual({
    exitCode: isInvalid ? 5 : 0,
    said: expect.stringContaining(isInvalid ? 'the run is invalid' : 'holds: '),
  })
})

test('a script without Vitest, with a handler in its own process', async () => {
  project.write(
    'script.ts',
    `import { blindTest, BlindTestError } from 'spoe-bench'
     import { setVar } from 'spoe-bench/agent'

     const handler = () => [setVar('sess', 'ip_score', 50)]
     try {
       const { blocks, folder } = await blindTest({ agent: { handler }, blocks: 20, signal: AbortSignal.timeout(60_000) })
       console.log(blocks, folder)
     } catch (error) {
       if (!(error instanceof BlindTestError)) throw error
       console.log(error.outcome, error.folder)
     }`,
  )
  const { exitCode, stdout, stderr } = await project.run('node', 'script.ts')
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  expect(stdout).toMatch(/^(?:20|invalid) .*results/m)
  expect(project.readLatest()).toMatchObject({ agent: { from: expect.stringContaining('handler') } })
})

/** What somebody might write, and what his compiler has to refuse. */
const claims = `
import { type BlindTestResult, blindTest, defineConfig } from 'spoe-bench'
import { blindTrial } from 'spoe-bench/vitest'
import { expect } from 'vitest'

// @ts-expect-error an agent is a command, an address or a handler
export const noAgent = defineConfig({ agent: { program: './my-spoa' } })
// @ts-expect-error a margin has its unit
export const bareMargin = defineConfig({ agent: { address: '127.0.0.1:9000' }, addsAtMost: 10 })
export const measured = blindTest({ agent: { handler: ({ messages }) => (messages.length > 0 ? [] : []) } })
export const trial = (): unknown => blindTrial({ agentSleepsMs: [0], requests: [10], addsAtMost: { ms: 2 } })
export function claim(result: BlindTestResult): number | null | undefined {
  expect(result).toAddAtMost({ ms: 10 }, { statistic: 'p99' })
  // @ts-expect-error a margin has its unit
  expect(result).toAddAtMost(10)
  // @ts-expect-error what is no string is none
  const text: string = result.blocks
  return text === '' ? null : result.overheadMs?.bounds.upper
}
`

test('its types are those of the source, in all that init writes too', async () => {
  project.write('claims.ts', claims)
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    // Vite's own have errors.
    skipLibCheck: true,
  }
  const files = ['claims.ts', 'script.ts', 'spoe-bench.config.ts', 'vitest.config.ts', 'bench/spoe.bench.ts']
  project.write('tsconfig.json', JSON.stringify({ compilerOptions, files }))
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, exitCode } = await project.run('node', tsc, '-p', '.')
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
})

test.for([
  [['run', '--agent', '127.0.0.1:1'], 'Expected an agent to listen on 127.0.0.1 port 1'],
  [['run', '--config', 'no.config.ts'], 'Expected --config to be a file that is there, got no.config.ts.'],
  [['gate'], 'expected --base with what to compare with; npx spoe-bench gate --help says how'],
  [['soak'], 'expected a command of the package, got "soak", which needs the repository'],
] as const)('%j: one sentence and exit code 2', async ([args, sentence]) => {
  const { exitCode, stderr } = await project.run('spoe-bench', ...args)
  // Whom it waits for, and what it has swept, may stand before it.
  const ours = stderr.split('\n').filter((line) => line.startsWith('spoe-bench:'))
  expect(ours).toEqual([expect.stringContaining(sentence)])
  expect(exitCode).toBe(2)
})

test('what is measured is kept in the project, and nothing in the package', () => {
  const installed = join(project.folder, 'node_modules', 'spoe-bench')
  const found = [
    'results',
    '.cache',
    'node_modules',
    'dist/results',
    'dist/.cache',
    'dist/node_modules',
  ].filter((folder) => existsSync(join(installed, folder)))
  expect(found).toEqual([])
})

test('it brings no Node of its own, and nothing that a run does without', () => {
  const installed = join(project.folder, 'node_modules')
  const brought = readdirSync(installed)
  expect(brought).toEqual(expect.arrayContaining(['execa', 'spoe-bench', 'vitest', 'zod']))
  const unwanted = /^(?:node-(?:linux|darwin|bin)|typescript|publint|fast-check|ajv|oxlint|knip)/
  expect(brought.filter((name) => unwanted.test(name))).toEqual([])
})
