/**
 * HAProxy's configuration as a pure function of typed options.
 *
 * Source: HAProxy's configuration manual; doc/SPOE.txt, sections 2.1 to 2.4.
 */
import {
  renderSections,
  type Endpoint,
  type Engine,
  type Frontend,
  type HaproxyConfig,
  type HaproxyRelease,
  type HaproxyTimeouts,
  type SpoeEvent,
} from './sections.ts'
import { type Policy, errorVariable, policyRules } from './policies.ts'
import { proofAbsent, proofHeader, proofRules } from './proof.ts'
import { variablePrefix } from './spoe-names.ts'
import { proofRulesOf, rulesOf, type UserConfig } from './user-config.ts'

export { proofAbsent, proofHeader } from './proof.ts'
export { speaksSpop } from './sections.ts'
export type { Endpoint, HaproxyConfig, HaproxyRelease, HaproxyTimeouts, SpoeEvent } from './sections.ts'

/** One frontend. Arms differ in the filter line alone (and in their name and port). */
export interface HaproxyArm {
  /** Letters, digits, `-` and `_`: it becomes part of section names. */
  readonly name: string
  readonly port: number
  readonly offload: boolean
  /** The control arm: HAProxy itself waits so long at the place of the filter. From 3.1 on. */
  readonly pauseMs?: number
  /** The agent of this arm, where arms have agents of their own. Default: `agentAddress` of the options. */
  readonly agentAddress?: Endpoint
  /** The user's files of this arm, where each has its own: they differ in the backend. Default: those of the options. */
  readonly user?: UserConfig
  /** A name server that HAProxy asks at the place of the filter: what it answers proves the request. */
  readonly lookupAt?: Endpoint
  /** What becomes of a request without a verdict. Default: nothing is done about it, and no error is noted. */
  readonly policy?: Policy
  /** `timeout processing` of this arm. Default: that of the options. */
  readonly processingTimeoutMs?: number
}

export interface HaproxyPaths {
  /** Absolute, at most 97 characters (HAProxy 3.2 refuses a longer unix socket path). */
  readonly statsSocket: string
  /** Absolute: HAProxy looks a relative one up in its working directory. */
  readonly spoeConf: string
}

export interface HaproxyConfigOptions {
  readonly release: HaproxyRelease
  readonly arms: readonly HaproxyArm[]
  readonly agentAddress: Endpoint
  readonly originAddress: Endpoint
  readonly exporterPort: number
  /** Where the frontends listen. Default 127.0.0.1; the exporter never listens elsewhere. */
  readonly listenHost?: string
  readonly paths: HaproxyPaths
  /** `option spop-check` and `check` on the agent's server line. Default false: such checks are HELLOs. */
  readonly agentsCheck?: boolean
  /** With `agentsCheck`: a check that often, and two of a kind turn a server. Default: HAProxy's 2 s, 3 and 2. */
  readonly agentsCheckIntervalMs?: number
  /**
   * `mode tcp` agents backends before the frontends. Default false: from 3.1 on HAProxy then connects and says
   * HELLO for every message, without a warning.
   */
  readonly agentsTcpFirst?: boolean
  /** Default 1: a second thread spreads the block differences. */
  readonly nbthread?: number
  /** Default `on-client-session`, which in `mode http` fires once per request. */
  readonly event?: SpoeEvent
  readonly timeouts?: HaproxyTimeouts
  /** `timeout processing` of the `spoe-agent` section. Default one minute, as in the seed. */
  readonly processingTimeoutMs?: number
  /**
   * What an offloaded request proves itself by. `proof` (default): the variable that our own agent sets to the
   * request's key. `score`: `ip_score`, all that the seed's agent sets, for agents that are not ours.
   */
  readonly provenBy?: 'proof' | 'score'
  /** All headers of the request go to the agent as well, 16 kB of them too; at an event that has them. Default: no. */
  readonly sendsHeaders?: boolean
  /** The user's own SPOE file and rules in the place of ours: his agent has one arm. Default: ours. */
  readonly user?: UserConfig
  /** Default 1500, so that memory and descriptors do not depend on the host's `ulimit -n`. */
  readonly maxConnections?: number
  /** Logs every request and every message to this UDP port of 127.0.0.1. Default: nothing is logged. */
  readonly logPort?: number
}

/** Before the microseconds that HAProxy itself waited, in the control arm. */
export const waitPrefix = 'wait-'
/** With `provenBy: 'score'`, HAProxy answers this path itself: the body is the score that the agent set. */
export const scorePath = '/score'
/** The body where no agent set one; as long as a score of two digits. */
export const scoreAbsent = '--'

const defaultTimeouts: HaproxyTimeouts = { clientMs: 60_000, connectMs: 10_000, serverMs: 60_000 }
const defaultProcessingTimeoutMs = 60_000

/** A bench case: one frontend per arm; one engine and one agents backend per arm that has the filter. */
export function renderHaproxyConfig(options: HaproxyConfigOptions): HaproxyConfig {
  const { user } = options
  checkNames(options.arms)
  return renderSections({
    release: options.release,
    globalLines: [
      `stats socket ${options.paths.statsSocket} mode 600 level admin`,
      `maxconn ${options.maxConnections ?? 1500}`,
      // A request, and the frame that it goes to the agent in, have to fit into a buffer (16 kB).
      ...(options.sendsHeaders === true ? ['tune.bufsize 49152'] : []),
    ],
    nbthread: options.nbthread ?? 1,
    timeouts: options.timeouts ?? defaultTimeouts,
    frontends: options.arms.map((arm) => frontendOf(arm, user)),
    pauseRules: (pauseMs) => [
      `http-request set-var(txn.${variablePrefix}.paused) date(0,us)`,
      `http-request pause ${pauseMs}ms`,
      `http-request set-header ${proofHeader} ${waitPrefix}%[date(0,us),sub(txn.${variablePrefix}.paused)]`,
    ],
    // The same rules in every arm: without a filter they send the constant, so all arms pay for the header.
    requestRules: requestRulesOf(options),
    sessionRules: user === undefined ? [rejectRule] : proofRulesOf(user).first,
    backendRules: user === undefined ? [] : proofRulesOf(user).backend,
    exporterPort: options.exporterPort,
    ...(options.listenHost === undefined ? {} : { listenHost: options.listenHost }),
    agent: options.agentAddress,
    agentCheck: options.agentsCheck === true ? checkWords(options.agentsCheckIntervalMs) : null,
    origin: options.originAddress,
    isOriginChecked: false,
    isAgentsTcpFirst: options.agentsTcpFirst ?? false,
    spoeConfPath: options.paths.spoeConf,
    isSpoeConfForeign: user !== undefined,
    // The seed sends the address alone, and HAProxy's example agent takes no message with more.
    messageArgs: messageArgsOf(options),
    event: options.event ?? 'on-client-session',
    processingTimeoutMs: options.processingTimeoutMs ?? defaultProcessingTimeoutMs,
    isEngineLogged: options.logPort !== undefined,
    logPort: options.logPort ?? null,
    echoPort: null,
  })
}

/**
 * The seed's own configuration, and what a release needs to take it without a warning: haproxy/README.md
 * lists the additions. Names its SPOE file relative to the working directory.
 */
export function renderSeedConfig(release: HaproxyRelease): HaproxyConfig {
  return renderSections({
    release,
    globalLines: [],
    nbthread: 1,
    timeouts: defaultTimeouts,
    frontends: [
      {
        name: 'myproxy',
        port: 12346,
        engine: { scope: 'ip-reputation', agent: 'iprep-agent', backend: 'agents' },
      },
    ],
    sessionRules: [rejectRule],
    requestRules: [],
    pauseRules: () => [],
    exporterPort: 12348,
    agent: { host: '127.0.0.1', port: 12345 },
    agentCheck: checkWords(),
    origin: { host: '127.0.0.1', port: 12347 },
    isOriginChecked: true,
    isAgentsTcpFirst: false,
    spoeConfPath: 'iprep.conf',
    isSpoeConfForeign: false,
    messageArgs: 'ip=src',
    event: 'on-client-session',
    processingTimeoutMs: defaultProcessingTimeoutMs,
    isEngineLogged: true,
    logPort: null,
    echoPort: null,
  })
}

/** The seed's: what an agent that scores a client's address is for. */
const rejectRule = `tcp-request content reject if { var(sess.${variablePrefix}.ip_score) -m int lt 20 }`

function requestRulesOf({ user, provenBy }: HaproxyConfigOptions): readonly string[] {
  if (user !== undefined) return proofRulesOf(user).frontend
  return provenBy === 'score' ? scoreRules : proofRules
}

/**
 * A session variable stays set on a keep-alive connection. Moved into the transaction and unset with every
 * request, it is there only where the agent answered for this very one.
 */
const scoreRules = [
  `http-request set-var(txn.score) var(sess.${variablePrefix}.ip_score)`,
  `http-request unset-var(sess.${variablePrefix}.ip_score)`,
  `http-request return status 200 content-type text/plain lf-string %[var(txn.score,${scoreAbsent})] if { path ${scorePath} }`,
  `http-request set-header ${proofHeader} %[var(txn.score,${proofAbsent})]`,
]

function messageArgsOf({ provenBy, sendsHeaders }: HaproxyConfigOptions): string {
  const args = provenBy === 'score' ? 'ip=src' : requestKeyArgs
  return sendsHeaders === true ? `${args} headers=req.hdrs` : args
}

/** Linux reuses a source port towards another destination, so the source port alone misjoins. */
export const requestKeyArgs = 'ip=src port=src_port dport=dst_port'

export function frontendOf(arm: HaproxyArm, user?: UserConfig): Frontend {
  return {
    name: arm.name,
    port: arm.port,
    ...(arm.offload ? { engine: user === undefined ? engineOf(arm) : userEngineOf(arm, user) } : {}),
    ...(user === undefined ? {} : { ownRules: rulesOf(user, arm.offload) }),
    ...(arm.lookupAt === undefined ? {} : { lookupAt: arm.lookupAt }),
    ...(arm.pauseMs === undefined ? {} : { pauseMs: arm.pauseMs }),
    ...(arm.policy === undefined ? {} : { policyRules: policyRules[arm.policy] }),
  }
}

/** Two engines on one backend reconnect for every second message from 3.1 on: each has its own. */
function engineOf({ name, agentAddress, policy, processingTimeoutMs }: HaproxyArm): Engine {
  return {
    scope: `ip-reputation-${name}`,
    agent: `iprep-agent-${name}`,
    backend: `agents-${name}`,
    ...(agentAddress === undefined ? {} : { address: agentAddress }),
    ...(policy === undefined ? {} : { errorVariable }),
    ...(processingTimeoutMs === undefined ? {} : { processingTimeoutMs }),
  }
}

/** His backend has the name that his file gives it; where none is named HAProxy says so. */
function userEngineOf({ agentAddress, user }: HaproxyArm, files: UserConfig): Engine {
  const { engine, spoeFile } = user ?? files
  return {
    scope: engine.scope,
    agent: engine.agent,
    backend: engine.backend ?? 'agents',
    spoeConfPath: spoeFile,
    ...(agentAddress === undefined ? {} : { address: agentAddress }),
  }
}

/** What stands behind the address on the agents' server line where it is checked. */
export function checkWords(intervalMs?: number): string {
  return intervalMs === undefined ? 'check' : `check inter ${intervalMs}ms fall 2 rise 2`
}

function checkNames(arms: readonly HaproxyArm[]): void {
  const taken = new Set(['exporter', 'webservers'])
  for (const { name } of arms) {
    if (!/^[\w-]+$/.test(name) || name.startsWith('agents') || taken.has(name)) {
      throw new RangeError(
        'expected a unique arm name of letters, digits, "-" and "_", other than exporter, webservers ' +
          `and agents*; got "${name}"`,
      )
    }
    taken.add(name)
  }
}
