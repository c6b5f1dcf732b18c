// What the launcher knows of every command: tables, and no code. Plain JavaScript, as the launcher is.
import { delimiter } from 'node:path'

/** The benchmark suites: the file in bench/, which flags it takes, and whether its record (run.json) decides. */
export const common = ['as-is', 'haproxy', 'no-wait', 'junit']
/** Of suites that commit to what they will measure before they do. */
export const sealed = [...common, 'on-commitment']
/** Of suites that measure an agent of the user's: how it is asked, and what is sent. */
const asked = ['spoe-config', 'engine', 'proof-var', 'rules', 'event', 'connection', 'requests']
export const suites = {
  bench: { suite: 'matrix', flags: [...sealed, 'peek'], isJudged: true },
  'bench:sequential': { suite: 'sequential', flags: [...sealed, 'peek', 'seed-exact'], isJudged: true },
  'bench:exporter': { suite: 'exporter', flags: common, isJudged: true, record: 'exporter.json' },
  'bench:outage': { suite: 'outage', flags: [...sealed, 'releases'], isJudged: true, record: 'outage.json' },
  'bench:distance': {
    suite: 'distance',
    flags: [...common, 'blocks'],
    isJudged: true,
    record: 'distance.json',
  },
  'bench:rates': {
    suite: 'rates',
    flags: [
      ...sealed.filter((flag) => flag !== 'as-is'),
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
  'bench:hold': { suite: 'hold', flags: sealed, isJudged: false },
  'bench:smoke': { suite: 'smoke', flags: sealed, isJudged: false },
  crosscheck: { suite: 'crosscheck', flags: common, isJudged: false },
  'bench:agent': { suite: 'agent', flags: [], isJudged: false },
  'bench:conditions': { suite: 'conditions', flags: common, isJudged: false },
  gate: {
    suite: 'gate',
    flags: [
      ...sealed,
      'base',
      'candidate',
      'agent-cmd',
      'prepare',
      ...asked,
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
    flags: ['agent-cmd', 'agent', 'origin', ...asked, 'margin-ms', 'blocks', 'config', ...sealed, 'peek'],
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

/**
 * What a flag is called with (nothing: it is on or off), what it is for, and what has to come after it. Suites read it from
 * SPOE_BENCH_ and its name, or from `variable`; of a flag that may be repeated they get all, `joinedBy` that.
 */
export const flagsOfSuites = {
  'as-is': { text: 'leave the machine as it is instead of keeping it awake' },
  haproxy: {
    value: ' 3.2',
    text: 'the HAProxy release to measure (fetched if the host has another one)',
    form: [/^\d+\.\d+$/, 'a release such as 3.2'],
  },
  'no-wait': { text: 'fail instead of waiting for another timing run on this machine' },
  minutes: {
    value: ' 30',
    text: 'for how long units or gates are begun (5)',
    form: [/^(?=.*[1-9])\d*\.?\d+$/, 'a number of minutes such as 30'],
  },
  sleeps: {
    value: ' 0,10',
    text: 'what the agent sleeps in ms',
    form: [/^\d+(,\d+)*$/, 'whole milliseconds such as 0,10'],
  },
  junit: { value: ' FILE', text: "write Vitest's JUnit report there", isPath: true },
  'on-commitment': {
    value: ' CMD',
    text: 'a shell command that gets the commitment before the first request',
  },
  peer: {
    value: ' c=127.0.0.1:12345',
    text: 'an agent that runs, with its pid if need be: c=127.0.0.1:12345,4711; repeat it',
    variable: 'SPOE_BENCH_PEERS',
    joinedBy: ' ',
  },
  blocks: { value: ' 1500', text: 'blocks that a latency is measured by' },
  rounds: {
    value: ' 8',
    text: 'rounds of load, or boots of HAProxy and agents over which the blocks are spread',
  },
  steps: { value: ' 500,2000', text: 'arrivals a second (from a tenth of what HAProxy takes to past it)' },
  seconds: { value: ' 180', text: 'how long one release may take' },
  sweep: {
    value: ' WHAT',
    text: 'vary event, payload, nbthread, in-flight or pipelining instead of kept and new connections',
  },
  'round-ms': { value: ' 2000', text: 'how long each agent is loaded in a round' },
  'agent-cmd': {
    value: ' CMD',
    text: "starts your agent, with {port} for its port ({delay_ms} if it can wait): './my-spoa -p {port}'",
  },
  agent: { value: ' HOST:PORT', text: 'your agent, where it runs already' },
  origin: {
    value: ' HOST:PORT',
    text: 'an origin of "npm run origin" on another host; else one in this process',
  },
  'spoe-config': {
    value: ' FILE',
    text: 'your SPOE file; without one the agent is sent ip=src and sets sess.ip_score',
  },
  engine: { value: ' NAME', text: 'the engine of that file, if it has several' },
  'proof-var': {
    value: ' txn.x.y',
    text: 'a variable that your agent sets for every request; repeat it',
    variable: 'SPOE_BENCH_PROOF_VARS',
    joinedBy: ' ',
  },
  rules: { value: ' FILE', text: 'lines of your frontend, such as http-request rules' },
  event: { value: ' NAME', text: 'when your agent is asked, without a SPOE file (on-client-session)' },
  connection: { value: '=keep-alive', text: 'requests on kept connections; else each on a new one' },
  config: { value: ' FILE', text: 'a configuration in the place of spoe-bench.config.ts' },
  requests: {
    value: ' FILE',
    text: 'a mix of requests, JSON or a recorded .har; each block sends one to every arm (GET /)',
  },
  'margin-ms': { value: ' 10', text: 'what agent and SPOE together may add (run: 10, export: 2)' },
  artillery: {
    value: ' DIR',
    text: 'a new folder for the script, the processor and the shares',
    variable: 'SPOE_BENCH_EXPORT',
  },
  workers: { value: ' 3', text: 'load generators over which the requests are spread (3)' },
  target: { value: ' HOST[:PORT]', text: 'where HAProxy listens for the workers, from PORT on (127.0.0.1)' },
  'i-own-this-host': { text: 'the target is mine: needed off loopback', variable: 'SPOE_BENCH_OWN_HOST' },
  base: {
    value: ' REF',
    text: 'what to compare with: a git ref, a directory, a command with {port}, or host:port',
  },
  candidate: { value: ' WHAT', text: 'what is compared: the same (.)' },
  prepare: { value: ' CMD', text: 'a shell command that makes a checked out ref ready, such as a build' },
  inconclusive: {
    value: '=pass|fail',
    text: 'exit with 0 or 1 in the place of 3',
    form: [/^(?:pass|fail)$/, 'pass or fail'],
  },
  peek: { text: 'show the arms while they are measured: the run is then unblinded and gates nothing' },
  releases: {
    value: ' 3.2,3.4',
    text: 'the HAProxy releases to measure, or none (all; bench:rates: the one that is found)',
  },
  'haproxy-bin': {
    value: ' PATH',
    text: 'an HAProxy of yours to measure as well; repeat it',
    variable: 'HAPROXY_BIN',
    isPath: true,
    joinedBy: delimiter,
  },
  nbthread: { value: ' 1,2', text: 'threads of every HAProxy (1); with others the machine is left as is' },
  'seed-exact': { text: 'offload alone, as the seed did it: no control, so no overhead is claimed' },
}

/** Commands of src/cli.ts. */
export const commands = [
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
export const ofRepository = new Set([
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
