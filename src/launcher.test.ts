import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { expect, test } from 'vitest'
import { baselineUsage } from './baseline/command.ts'
import { planUsage } from './report/plan-command.ts'

const launcher = fileURLToPath(new URL('launcher.mjs', import.meta.url))

test.for([
  [['bench', '--nope'], 'unknown option --nope'],
  [['bench', '--haproxy', 'newest'], 'expected a release such as 3.2 after --haproxy, got "newest"'],
  [['bench', '--seed-exact'], 'unknown option --seed-exact'],
  [
    ['gate:selftest', '--', '--minutes', '1'],
    'expected options of Vitest behind the last "--", got --minutes, which is one of gate:selftest: it goes before.',
  ],
  [['bech'], 'expected one of bench, bench:sequential'],
  [['analyse'], 'expected one run'],
  [['report'], 'expected one run'],
  [['analyse', 'no-such-run'], 'expected a run\'s folder, got "no-such-run"'],
] as const)('%j: one sentence and exit code 2', async ([args, sentence]) => {
  const { exitCode, stderr } = await execaNode(launcher, args, { reject: false, nodeOptions: [] })
  expect(stderr).toContain(`spoe-bench: ${sentence}`)
  expect(exitCode).toBe(2)
})

test('help lists the flags and measures nothing', async () => {
  const { exitCode, stdout } = await execaNode(launcher, ['bench', '--help'], { nodeOptions: [] })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('--as-is')
})

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>
}

test.for(
  Object.entries(scripts).flatMap(([name, script]) =>
    script === `node src/launcher.mjs ${name}` && name !== 'test' ? [name] : [],
  ),
)('%s --help says how it is called and does nothing', async (command) => {
  const { exitCode, stdout, stderr } = await execaNode(launcher, [command, '--help'], { nodeOptions: [] })
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`npm run ${command}`)
  expect(stderr).toBe('')
})

test.for([
  ['plan', planUsage],
  ['baseline', baselineUsage],
] as const)('help of %s and its usage errors show the same flags', async ([command, usage]) => {
  const { stdout } = await execaNode(launcher, [command, '--help'], { nodeOptions: [] })
  const flagsOf = (text: string): string[] => [...new Set(text.match(/--[a-z][a-z-]*/g))].toSorted()
  expect(flagsOf(stdout)).toEqual(flagsOf(usage))
})

test.for(['bench:peers', 'bench:sequential', 'calibrate:real', 'run'])(
  'help of %s has words for every flag',
  async (command) => {
    const { exitCode, stdout } = await execaNode(launcher, [command, '--help'], { nodeOptions: [] })
    expect(exitCode).toBe(0)
    const lines = stdout.split('\n').filter((line) => line.startsWith('  --'))
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(line).toMatch(/^ {2}--\S+.* {2,}[a-z]/)
  },
)

test.for([
  [['--inconclusive', 'maybe'], 'expected pass or fail after --inconclusive, got "maybe"'],
  [['--sleeps', 'ten'], 'expected whole milliseconds such as 0,10 after --sleeps'],
] as const)('gate %j: one sentence and exit code 2', async ([flags, sentence]) => {
  const { exitCode, stderr } = await execaNode(launcher, ['gate', ...flags], {
    reject: false,
    nodeOptions: [],
  })
  expect(stderr).toContain(`spoe-bench: ${sentence}`)
  expect(exitCode).toBe(2)
})
