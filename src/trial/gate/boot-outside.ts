import { bootHaproxy } from '../../haproxy/boot.ts'
import { proofAbsent } from '../../haproxy/config.ts'
import type { SideName } from '../../record/gate-plan.ts'
import { type BootCaseOptions, type BootedCase, loopback, sendRounds } from '../boot-case.ts'
import { openWithCleanup } from '../cleanup.ts'
import { TrialError } from '../trial-error.ts'
import type { OutsideAgents } from './outside-agents.ts'

export type BootOutsideOptions = Omit<BootCaseOptions, 'spinsNs' | 'latencyMs' | 'outside'> & {
  readonly pair: OutsideAgents
}

/** An agent that dies must not hold requests up for HAProxy's minute; the slowest one waits a second. */
const processingTimeoutMs = 10_000

/**
 * As `bootCase`, for arms whose agents run already: a fresh listener for the origin, HAProxy with an engine and a
 * backend for each arm, and one request through each, which has to prove itself.
 *
 * @throws {TrialError} `case` when it does not, `interrupted`
 */
export function bootOutside(options: BootOutsideOptions): Promise<BootedCase> {
  return openWithCleanup(async (cleanup) => {
    const { allocation, stack, signal, pair } = options
    const bootStart = performance.now()
    const originPort = await stack.origin.call('open')
    cleanup.defer(() => stack.origin.call('close'))
    const names = allocation.armOfPort.map((_, code) => `port-${code}`)
    const haproxy = cleanup.use(
      await bootHaproxy({
        binary: options.binary,
        prefix: options.prefix,
        cancelSignal: signal,
        config: {
          nbthread: options.nbthread,
          agentAddress: pair.agents.base,
          originAddress: { host: loopback, port: originPort },
          provenBy: 'score',
          processingTimeoutMs,
          arms: names.map((name, code) => ({
            name,
            offload: true,
            agentAddress: pair.agents[allocation.armOfPort[code] as SideName],
          })),
        },
      }),
    )
    const ports = names.map((name) => haproxy.ports[name] as number)
    await prove(options, ports, 1)
    const bootMs = performance.now() - bootStart
    if (options.warmUpRounds > 0) await prove(options, ports, options.warmUpRounds)
    return { haproxy, ports, bootMs, [Symbol.asyncDispose]: () => cleanup.dispose() }
  })
}

/** One round proves; more warm the threads of client and origin before the run's first case. */
async function prove(options: BootOutsideOptions, ports: readonly number[], rounds: number): Promise<void> {
  const { signal, caseId, allocation } = options
  const { faults, proofs } = await sendRounds(options, ports, rounds)
  if (signal.aborted) throw new TrialError('interrupted', `The case ${caseId} was interrupted.`)
  const unproven = proofs.indexOf(proofAbsent)
  if (unproven < 0 && proofs.length === ports.length * rounds && faults.length === 0) return
  const arm = unproven < 0 ? 'both agents' : `the ${allocation.armOfPort[unproven % ports.length]}`
  const said = faults[0]
  throw new TrialError(
    'case',
    `Expected every request to ${arm} to get ip_score from its agent before the case ${caseId} starts, got none` +
      `${said === undefined ? '' : ` (the client said: ${said})`}: SPOE fails open, so look at what that agent answers.`,
  )
}
