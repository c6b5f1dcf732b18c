import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaNode } from 'execa'
import { expect, test } from 'vitest'
import { exampleAgents } from './agent/testing/examples.ts'
import { splitCommand } from './agent/split-command.ts'
import { haproxysAtHand } from './haproxy/testing.ts'
import { launch, root } from './vitest/testing/launch.ts'

// A page's command is one that works: it is run as it stands there, with sizes that show no more than that. The pages
// your-agent.md and rates.md have theirs run in own.e2e.ts, library.e2e.ts and rates.e2e.ts.

const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))]

function read(page: string): string {
  return readFileSync(join(root, page === 'README.md' ? '' : 'docs', page), 'utf8')
}

/** The commands of a page: lines of their own, and those in backticks. */
function commandsOf(page: string): string[] {
  const found = read(page).matchAll(/(?:^ {4}|`)((?:npm run|npx spoe-bench) [^`#\n]+)/gm)
  return [...found].map(([, command = '']) => command.trim())
}

/** Its name, and what it is told. */
function parse(command: string): { name: string; words: readonly string[] } {
  const [, , name = '', ...words] = splitCommand(command.replaceAll(/\.\.\.|[|*]/g, '')).words
  return { name, words: words[0] === '--' ? words.slice(1) : words }
}

const [python, c] = exampleAgents()
/** An agent of ours in the place of the reader's. */
const commandOf = (program: string): string =>
  program.replaceAll(/\.\/(?:old|new) -p \{port\}/g, c?.command ?? '')

interface Page {
  readonly page: string
  /** How the line begins that is run. */
  readonly begins: string
  /** What makes it short. */
  readonly cut: readonly string[]
  /** Default: what a run of few blocks can come to, on a machine that other tests may keep busy. */
  readonly exits?: readonly number[]
  readonly shows: RegExp
}

const shown: readonly Page[] = [
  { page: 'p99.md', begins: 'npm run run', cut: ['--blocks', '20'], shows: /agent x 20 / },
  {
    page: 'gate.md',
    begins: "npm run gate -- --base './old",
    cut: ['--blocks', '30', '--rounds', '2'],
    shows: /candidate/,
  },
  {
    page: 'dashboard.md',
    begins: 'npm run bench:exporter',
    cut: ['--haproxy', '3.2', '--', '-t', 'sleeps 0 ms, 30 requests'],
    // Of all its cells one: it says that the rest is missing.
    exits: [2],
    shows: /exporter\.json/,
  },
  {
    page: 'outage.md',
    begins: 'npm run bench:outage',
    cut: ['--releases', '3.2', '--', '-t', 'agent refused'],
    exits: [2],
    shows: /✓ refused +3\.2/,
  },
]

test('the command of slow.md is that of p99.md, which is run below, with an agent that is fast', () => {
  const [slow, p99] = ['slow.md', 'p99.md'].map((page) => commandsOf(page)[0])
  expect(p99).toContain(' --slow-ms 20')
  expect(slow).toBe(p99?.replace(' --slow-ms 20', ''))
})

test.skipIf(python?.command == null || c?.command == null).for(shown)(
  'the command of $page',
  async ({ page, begins, cut, exits = [0, 1, 3, 5], shows }) => {
    const command = commandsOf(page).find((one) => one.startsWith(begins)) ?? ''
    const { name, words } = parse(command)
    const { stdout, stderr, exitCode } = await launch(name, [...words.map(commandOf), ...cut])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: expect.toBeOneOf([...exits]) })
    expect(stdout).toMatch(shows)
  },
)

const helps = new Map<string, Promise<string>>()

/** The flags that a benchmark's help has; nothing of commands that list none. */
function helpOf(name: string): Promise<string> {
  const help = async (): Promise<string> => {
    const launcher = join(root, 'src', 'launcher.mjs')
    const { stdout } = await execaNode(launcher, [name, '--help'], { reject: false, nodeOptions: [] })
    return stdout
  }
  const known = helps.get(name) ?? help()
  helps.set(name, known)
  return known
}

test('what pages call is there, and has the flags that they show', async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const commands = [...new Set(pages.flatMap(commandsOf))].map((command) => ({ command, ...parse(command) }))
  const missing = commands.filter(({ name }) => name !== 'init' && scripts[name] === undefined)
  expect(missing).toEqual([])
  for (const { command, name, words } of commands) {
    const end = words.indexOf('--')
    const flags = words.slice(0, end < 0 ? undefined : end).filter((word) => word.startsWith('--'))
    const help = flags.length === 0 ? '' : await helpOf(name)
    if (!help.includes('\n  --')) continue
    const unknown = flags.filter((flag) => flag !== '--help' && !help.includes(`\n  ${flag.split('=')[0]}`))
    expect({ command, unknown }).toEqual({ command, unknown: [] })
  }
})

test('HAProxy takes what the dashboard has it log', async () => {
  const [, inSpoe = '', inHaproxy = ''] =
    /# in the SPOE file\n([^]*?)\n\n {4}# in haproxy\.cfg\n(.*)\n/.exec(read('dashboard.md')) ?? []
  expect(inSpoe).toContain('option set-process-time')
  const folder = mkdtempSync(join(tmpdir(), 'spoe-docs-'))
  try {
    const rest = `messages m\n use-backend agents\n timeout processing 1s\n`
    const message = `spoe-message m\n args ip=src\n event on-frontend-http-request\n`
    writeFileSync(join(folder, 'my.spoe.cfg'), `[my]\n${inSpoe}\n option set-on-error err\n${rest}${message}`)
    const proxies = [
      'defaults\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s',
      `frontend f\n bind 127.0.0.1:1\n filter spoe engine my config ${folder}/my.spoe.cfg\n${inHaproxy}\n default_backend origin`,
      'backend agents\n mode tcp\n server a 127.0.0.1:1\nbackend origin\n server o 127.0.0.1:1\n',
    ]
    writeFileSync(join(folder, 'haproxy.cfg'), proxies.join('\n'))
    const { binaries } = await haproxysAtHand()
    for (const { path, version } of binaries) {
      const checked = await execa(path, ['-c', '-f', join(folder, 'haproxy.cfg')], { reject: false })
      expect({ version, alerts: checked.stderr.match(/\[ALERT\].*/g) }).toEqual({ version, alerts: null })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
