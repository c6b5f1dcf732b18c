import type { ArmName } from '../record/plan.ts'
import { bootArms, type BootedCase, type BootOptions } from './boot-arms.ts'
import { few, sendRounds } from './boot-case.ts'
import { openWithCleanup } from './cleanup.ts'
import type { OutsideArms } from './outside-arms.ts'
import { TrialError } from './trial-error.ts'

export interface BootOutsideOptions extends BootOptions {
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
    const { stack, outside } = options
    const booted = await bootArms(
      options,
      {
        async open() {
          const port = await stack.origin.call('open')
          cleanup.defer(() => stack.origin.call('close'))
          return { ...outside.config, originAddress: { host: stack.originHost, port } }
        },
        describe(arm) {
          const agentAddress = outside.agentOf(arm)
          if (agentAddress === null) return { offload: false }
          const user = outside.userOf?.(arm)
          return { offload: true, agentAddress, ...(user === undefined ? {} : { user }) }
        },
        prove: (ports, rounds) => prove(options, ports, rounds),
      },
      cleanup,
    )
    return { ...booted, [Symbol.asyncDispose]: () => cleanup.dispose() }
  })
}

/** One round proves; more warm the threads of client and origin before the run's first case. */
async function prove(options: BootOutsideOptions, ports: readonly number[], rounds: number): Promise<void> {
  const { signal, caseId, allocation, outside } = options
  const { faults, ...came } = await sendRounds(options, ports, rounds)
  if (signal.aborted) throw new TrialError('interrupted', `The case ${caseId} was interrupted.`)
  const { isProven, proofNames, provenIn } = outside
  const proofs = provenIn === 'request' ? came.proofs : came.answers
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
