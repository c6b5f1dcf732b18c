/** The text of HAProxy's two files, section by section. Pure. */
import { agentInstruments, frontendInstruments, logTargetLine } from './instruments.ts'
import { proofHeader } from './proof.ts'
import { variablePrefix } from './spoe-names.ts'

/** `{ major: 3, minor: 2 }` is HAProxy 3.2. */
export interface HaproxyRelease {
  readonly major: number
  readonly minor: number
}

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface HaproxyTimeouts {
  readonly clientMs: number
  readonly connectMs: number
  readonly serverMs: number
}

/** doc/SPOE.txt, section 2.3. */
export const spoeEvents = [
  'on-client-session',
  'on-frontend-tcp-request',
  'on-frontend-http-request',
  'on-backend-tcp-request',
  'on-backend-http-request',
  'on-server-session',
  'on-tcp-response',
  'on-http-response',
] as const
export type SpoeEvent = (typeof spoeEvents)[number]

export interface HaproxyConfig {
  readonly haproxyCfg: string
  readonly spoeConf: string
}

export interface Engine {
  /** `[scope]` of the SPOE file, and the name on the filter line; null where the file has no scopes. */
  readonly scope: string | null
  /** Name of its `spoe-agent` section. */
  readonly agent: string
  readonly backend: string
  /** The SPOE file that it stands in. Default: that of the sections. */
  readonly spoeConfPath?: string
  /** Where its agent listens. Default: `agent` of the sections. */
  readonly address?: Endpoint
  /** `option set-on-error`; default: none. */
  readonly errorVariable?: string
  /** Default: that of the sections. */
  readonly processingTimeoutMs?: number
}

export interface Frontend {
  readonly name: string
  readonly port: number
  readonly engine?: Engine
  /** A name server that is asked, for a new name each time, before the request goes on; without SPOE. */
  readonly lookupAt?: Endpoint
  /** HAProxy waits so long and says how long it really was; from 3.1 on. */
  readonly pauseMs?: number
  /** Of this frontend alone, before `requestRules`. */
  readonly ownRules?: readonly string[]
  /** `http-request` rules that say what becomes of a request without a verdict. */
  readonly policyRules?: readonly string[]
}

export interface Sections {
  readonly release: HaproxyRelease
  readonly globalLines: readonly string[]
  readonly nbthread: number
  readonly timeouts: HaproxyTimeouts
  readonly frontends: readonly Frontend[]
  /** First of all rules of every frontend. */
  readonly sessionRules: readonly string[]
  /** `http-request` rules of every frontend. */
  readonly requestRules: readonly string[]
  /** Rules of the origin's backend, behind those of every frontend. Default: none. */
  readonly backendRules?: readonly string[]
  /** `http-request` rules of a frontend that waits. */
  readonly pauseRules: (pauseMs: number) => readonly string[]
  readonly exporterPort: number
  /** Where the frontends listen; default 127.0.0.1. */
  readonly listenHost?: string
  readonly agent: Endpoint
  /** What stands behind the address on the agents' server line; null: it is not checked. */
  readonly agentCheck: string | null
  readonly origin: Endpoint
  readonly isOriginChecked: boolean
  /** `mode tcp` agents backends before the frontends, which from 3.1 on costs the reuse of connections. */
  readonly isAgentsTcpFirst: boolean
  readonly spoeConfPath: string
  /** The SPOE file is not ours: it is named on the filter lines and not written. */
  readonly isSpoeConfForeign: boolean
  readonly messageArgs: string
  readonly event: SpoeEvent
  readonly processingTimeoutMs: number
  /** `log global` in the SPOE file, as in the seed: it logs once `global` has a `log` line. */
  readonly isEngineLogged: boolean
  /** Where every request and every message is logged with all the times that HAProxy has; null: no such lines. */
  readonly logPort: number | null
  /** Where HAProxy itself answers with the proof that it is sent, for whoever has no origin; null: nowhere. */
  readonly echoPort: number | null
}

/** From 3.1 on an agents backend speaks SPOP itself (`mode spop`); before, only `mode tcp` is known. */
export function speaksSpop({ major, minor }: HaproxyRelease): boolean {
  return major > 3 || (major === 3 && minor >= 1)
}

export function renderSections(sections: Sections): HaproxyConfig {
  const engines = sections.frontends.flatMap(({ engine }) => (engine === undefined ? [] : [engine]))
  const agents = engines.map((engine) => agentsSection(engine, sections))
  return {
    haproxyCfg: join([
      globalSection(sections),
      defaultsSection(sections.timeouts),
      ...(sections.isAgentsTcpFirst ? agents : []),
      ...sections.frontends.map((frontend) => frontendSection(frontend, sections)),
      exporterSection(sections.exporterPort),
      ...(sections.echoPort === null ? [] : [echoSection(sections.echoPort)]),
      webserversSection(sections),
      ...sections.frontends.flatMap(({ name, lookupAt }) =>
        lookupAt === undefined ? [] : [resolversSection(name, lookupAt)],
      ),
      // After the frontends: from 3.1 on an agents backend in `mode tcp` that stands before them
      // connects and says HELLO for every message, without a warning.
      ...(sections.isAgentsTcpFirst ? [] : agents),
    ]),
    spoeConf: sections.isSpoeConfForeign
      ? ''
      : join(engines.flatMap((engine) => engineSections(engine, sections))),
  }
}

function globalSection({ globalLines, nbthread, logPort }: Sections): string {
  const logLines = logPort === null ? [] : [logTargetLine(logPort)]
  // Without noreuseport two HAProxys bind one port in silence and share its traffic.
  return section('global', ['noreuseport', `nbthread ${nbthread}`, ...logLines, ...globalLines])
}

function defaultsSection({ clientMs, connectMs, serverMs }: HaproxyTimeouts): string {
  return section('defaults', [
    `timeout client  ${duration(clientMs)}`,
    `timeout connect ${duration(connectMs)}`,
    `timeout server  ${duration(serverMs)}`,
  ])
}

function frontendSection(frontend: Frontend, sections: Sections): string {
  const { name, port, engine, lookupAt, pauseMs, ownRules = [], policyRules = [] } = frontend
  const { first, last } = sections.logPort === null ? { first: [], last: [] } : frontendInstruments
  return section(`frontend ${name}`, [
    'mode http',
    `bind ${sections.listenHost ?? '127.0.0.1'}:${port}`,
    ...(engine === undefined ? [] : [filterLine(engine, engine.spoeConfPath ?? sections.spoeConfPath)]),
    ...sections.sessionRules,
    ...first,
    ...ownRules,
    ...sections.requestRules,
    ...policyRules,
    ...(pauseMs === undefined ? [] : sections.pauseRules(pauseMs)),
    ...(lookupAt === undefined ? [] : lookupRules(name)),
    ...last,
    'default_backend webservers',
  ])
}

/** HAProxy asks nobody for a name that it knows, so that every request has one of its own. */
function lookupRules(frontend: string): readonly string[] {
  const found = `txn.${variablePrefix}.found`
  return [
    `http-request do-resolve(${found},names-${frontend},ipv4) rand(1000000000),concat(.example)`,
    `http-request set-header ${proofHeader} %[var(${found})]`,
  ]
}

function resolversSection(frontend: string, { host, port }: Endpoint): string {
  return section(`resolvers names-${frontend}`, [
    `nameserver names ${host}:${port}`,
    // A question that is lost is not asked again: it would pass for a slow one.
    'resolve_retries 1',
    'timeout retry 5s',
  ])
}

function filterLine({ scope }: Engine, path: string): string {
  // Blanks and quotes have a meaning in HAProxy's own files too.
  const escaped = path.replaceAll(/[\s"'#\\$]/g, String.raw`\$&`)
  return `filter spoe ${scope === null ? '' : `engine ${scope} `}config ${escaped}`
}

/** On its own port: a scrape through `webservers` would be one of its samples. */
function exporterSection(port: number): string {
  return section('frontend exporter', [
    'mode http',
    `bind 127.0.0.1:${port}`,
    'no log',
    'http-request use-service prometheus-exporter',
  ])
}

function echoSection(port: number): string {
  return section('frontend echo', [
    'mode http',
    `bind 127.0.0.1:${port}`,
    `http-request return status 200 content-type text/plain lf-string %[req.hdr(${proofHeader})]`,
  ])
}

function webserversSection({ origin, isOriginChecked, backendRules = [] }: Sections): string {
  return section('backend webservers', [
    'mode http',
    'stats uri /stats',
    'stats refresh 10s',
    ...backendRules,
    `server web1 ${origin.host}:${origin.port}${isOriginChecked ? ' check' : ''}`,
  ])
}

function agentsSection(engine: Engine, { release, agent, agentCheck, isAgentsTcpFirst }: Sections): string {
  const { backend, address = agent } = engine
  return section(`backend ${backend}`, [
    `mode ${speaksSpop(release) && !isAgentsTcpFirst ? 'spop' : 'tcp'}`,
    'balance roundrobin',
    'timeout connect 10s',
    'timeout server  10s',
    ...(agentCheck === null ? [] : ['option spop-check']),
    `server agent ${address.host}:${address.port}${agentCheck === null ? '' : ` ${agentCheck}`}`,
  ])
}

function engineSections(engine: Engine, sections: Sections): string[] {
  const { errorVariable, processingTimeoutMs = sections.processingTimeoutMs } = engine
  const agent = section(`spoe-agent ${engine.agent}`, [
    'messages check-client-ip',
    `option var-prefix ${variablePrefix}`,
    // Deprecated and ignored from 3.1 on.
    ...(speaksSpop(sections.release) ? [] : ['timeout hello 2m', 'timeout idle  2m']),
    ...(errorVariable === undefined ? [] : [`option set-on-error ${errorVariable}`]),
    `timeout processing ${duration(processingTimeoutMs)}`,
    `use-backend ${engine.backend}`,
    ...(sections.logPort === null ? [] : agentInstruments),
    ...(sections.isEngineLogged ? ['log global'] : []),
  ])
  const message = section('spoe-message check-client-ip', [
    `args ${sections.messageArgs}`,
    `event ${sections.event}`,
  ])
  return [`[${engine.scope}]\n${agent}`, message]
}

function section(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `    ${line}`), ''].join('\n')
}

function join(sections: readonly string[]): string {
  return sections.join('\n')
}

/** HAProxy's time format, in the largest unit that is exact. */
function duration(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  if (ms % 1000 === 0) return `${ms / 1000}s`
  return `${ms}ms`
}
