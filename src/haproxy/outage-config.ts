/** The arms of the outage bench, and the same as two files for whoever tries an outage by hand. */
import { checkWords, frontendOf, requestKeyArgs, type HaproxyArm } from './config.ts'
import type { Policy } from './policies.ts'
import { proofRules } from './proof.ts'
import { renderSections, type HaproxyConfig, type HaproxyRelease } from './sections.ts'

/** `timeout processing` as it is, and with the hole closed: a request without a verdict waits no longer. */
export const openTimeoutMs = 300
export const closedTimeoutMs = 100
/** `inter` of the checks of an agent that is checked. */
export const checkIntervalMs = 100

/** Names of the arms: a control without SPOE, and one for each policy. */
export const outageArmNames = ['bypass', 'pass', 'deny-on-error', 'deny-without-verdict'] as const
export type OutageArmName = (typeof outageArmNames)[number]

export const outageArms: readonly (Omit<HaproxyArm, 'port' | 'name'> & { readonly name: OutageArmName })[] = [
  { name: 'bypass', offload: false },
  offload('pass', openTimeoutMs),
  offload('deny-on-error', closedTimeoutMs),
  offload('deny-without-verdict', closedTimeoutMs),
]

function offload(policy: Policy, processingTimeoutMs: number): (typeof outageArms)[number] {
  return { name: policy, offload: true, policy, processingTimeoutMs }
}

/** Ports of the files in haproxy/outage. */
const firstArmPort = 12_351
const originPort = 12_347
const agentPort = 12_345
const exporterPort = 12_348

/**
 * haproxy/outage: the arms of the bench on fixed ports, with an origin that answers what it was sent as proof.
 * Names its SPOE file relative to the working directory.
 */
export function renderOutageConfig(release: HaproxyRelease, isAgentChecked: boolean): HaproxyConfig {
  const host = '127.0.0.1'
  return renderSections({
    release,
    globalLines: [],
    nbthread: 1,
    timeouts: { clientMs: 60_000, connectMs: 10_000, serverMs: 60_000 },
    frontends: outageArms.map((arm, index) => frontendOf({ ...arm, port: firstArmPort + index })),
    requestRules: proofRules,
    sessionRules: [],
    pauseRules: () => [],
    exporterPort,
    agent: { host, port: agentPort },
    agentCheck: isAgentChecked ? checkWords(checkIntervalMs) : null,
    origin: { host, port: originPort },
    isOriginChecked: false,
    isAgentsTcpFirst: false,
    spoeConfPath: 'outage.conf',
    isSpoeConfForeign: false,
    messageArgs: requestKeyArgs,
    event: 'on-client-session',
    processingTimeoutMs: openTimeoutMs,
    isEngineLogged: false,
    logPort: null,
    echoPort: originPort,
  })
}
