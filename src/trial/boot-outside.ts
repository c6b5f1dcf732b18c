import { bootHaproxy } from '../haproxy/boot.ts'
import type { ArmName } from '../record/plan.ts'
import { type BootCaseOptions, type BootedCase, few, loopback, sendRounds } from './boot-case.ts'
import { openWithCleanup } from './cleanup.ts'
import type { OutsideArms } from './outside-arms.ts'
import { TrialError } from './trial-error.ts'

export type BootOutsideOptions = Omit<BootCaseOptions, 'spinsNs' | 'latencyMs'> & {
  readonly outside: OutsideArms
}

/**
 * As `bootCase`, for agents that are not ours and run already: a fresh listener for the origin, HAProxy with an engine
 * and a backend for each arm that has an agent, and one request through each port, which has to prove itself.
 *
 * @throws {TrialError} `case` when it does not, `interrupted`
 */
export function bootOutside(options: BootOutsideOptions): Promise<BootedCase> {
  return openWithCleanup(async (cleanup) => {
    const { allocation, stack, signal, outside } = options
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
          ...outside.config,
          nbthread: options.nbthread,
          originAddress: { host: loopback, port: originPort },
          arms: allocation.armOfPort.map((arm, code) => {
            const agentAddress = outside.agentOf(arm)
            return {
              name: names[code] as string,
              offload: agentAddress !== null,
              ...(agentAddress === null ? {} : { agentAddress }),
            }
          }),
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
  const { signal, caseId, allocation, outside } = options
  const { faults, proofs } = await sendRounds(options, ports, rounds)
  if (signal.aborted) throw new TrialError('interrupted', `The case ${caseId} was interrupted.`)
  const { isProven, proofNames } = outside
  const hasAgent = (arm: ArmName): boolean => outside.agentOf(arm) !== null
  const asked = allocation.armOfPort.filter(hasAgent)
  const proven = proofs.filter(isProven).length
  // They were sent one at a time, so that they came in the order of the ports.
  const unproven = allocation.armOfPort.filter(
    (arm, code) =>
      hasAgent(arm) && proofs.some((proof, request) => request % ports.length === code && !isProven(proof)),
  )
  const isWhole = proofs.length === ports.length * rounds && faults.length === 0
  if (isWhole && unproven.length === 0 && proven === asked.length * rounds) return
  const where = unproven.length === 0 ? asked : unproven
  throw new TrialError(
    'case',
    `Expected ${proofNames} to be set for every request to the arm ${[...new Set(where)].join(' and ')} before ` +
      `the case ${caseId} starts; it was for ${proven} of ${asked.length * rounds}.` +
      `${faults.length > 0 ? ` The client said: ${few(faults)}.` : ''} SPOE fails open, so an agent that does not ` +
      'answer would look fast: see what yours sets, and whether HAProxy asks it for every request.',
  )
}
