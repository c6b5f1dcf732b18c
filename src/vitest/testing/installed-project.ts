import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import { haproxysAtHand } from '../../haproxy/testing.ts'
import type { Run } from '../../record/run.ts'
import { root } from './launch.ts'

/** An empty project that has installed the package, as anybody gets it. */
export interface InstalledProject extends Disposable {
  readonly folder: string
  /** A program of its `node_modules/.bin`, or of the PATH. */
  run(program: string, ...args: readonly string[]): Promise<Ended>
  write(name: string, text: string): void
  read(name: string): string
  remove(name: string): void
  /** The run that `results/latest` is. */
  readLatest(): Run
}

export interface Ended {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The packed repository, as the first of these tests found it: they take turns (launch.ts). */
export async function packOnce(): Promise<string> {
  const folder = inject('packFolder')
  if (readdirSync(folder).length === 0) {
    await execa('npm', ['pack', '--pack-destination', folder], { cwd: root })
  }
  return join(folder, readdirSync(folder)[0] ?? '')
}

/** @param node the folder of the Node that the project is used with; npm comes from the PATH */
export async function installProject(node: string = dirname(process.execPath)): Promise<InstalledProject> {
  const folder = mkdtempSync(join(tmpdir(), 'spoe-bench-project-'))
  const { binaries } = await haproxysAtHand()
  const env = {
    // What tells a program that it is somebody's test, or run by npm, is not so here.
    ...Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => /^(?:VITEST|SPOE_BENCH_|npm_|INIT_CWD|NODE_COMPILE_CACHE)/.test(name))
        .map((name) => [name, undefined]),
    ),
    PATH: [join(folder, 'node_modules', '.bin'), node, process.env['PATH']].join(delimiter),
    HAPROXY_BIN: binaries.at(-1)?.path ?? '',
    NO_COLOR: '1',
    NODE_OPTIONS: '',
    // Others may be testing beside us: nothing that is measured here is looked at.
    SPOE_BENCH_AS_IS: '1',
  }
  const run: InstalledProject['run'] = async (program, ...args) => {
    const { exitCode, stdout, stderr } = await execa(program, args, {
      cwd: folder,
      env,
      reject: false,
      stdin: 'ignore',
    })
    return { exitCode, stdout, stderr }
  }
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  write('package.json', '{ "type": "module", "private": true }')
  const installed = await run(
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    await packOnce(),
  )
  if (installed.exitCode !== 0) throw new Error(`npm install: ${installed.stderr}`)
  return {
    folder,
    run,
    write,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    remove: (name) => rmSync(join(folder, name), { force: true }),
    readLatest: () => JSON.parse(readFileSync(join(folder, 'results', 'latest', 'run.json'), 'utf8')) as Run,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** So few blocks show that it works, and nothing else; the decoy takes the longest. */
const blocks = 20

/** The three ways in: each measures the agent that `command` starts, in a project of its user. */
export const waysIn: Readonly<
  Record<'flags' | 'config' | 'library', (project: InstalledProject, command: string) => Promise<Ended>>
> = {
  flags: (project, command) =>
    project.run('spoe-bench', 'run', '--blocks', String(blocks), '--agent-cmd', command),
  async config(project, command) {
    await init(project, command)
    return project.run('spoe-bench', 'run')
  },
  async library(project, command) {
    await init(project, command)
    return project.run('vitest', 'bench', '--run')
  },
}

/** What `spoe-bench init` writes, measured with fewer blocks. */
async function init(project: InstalledProject, command: string): Promise<void> {
  const config = 'spoe-bench.config.ts'
  project.remove(config)
  const { stdout, stderr } = await project.run('spoe-bench', 'init', '--agent-cmd', command)
  if (!stdout.includes(config)) throw new Error(`spoe-bench init: ${stderr}`)
  project.write(config, project.read(config).replace('blocks: 2000', `blocks: ${blocks}`))
}
