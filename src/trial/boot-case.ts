import type { HaproxyConfigOptions } from '../haproxy/config.ts'
import type { LoadInput } from '../load/generator.ts'
import { toNs } from '../record/units.ts'
import { bootArms, type BootedCase, type BootOptions } from './boot-arms.ts'
import { type Cleanup, openWithCleanup } from './cleanup.ts'
import { withLoadFile } from './load-file.ts'
import { proofOf } from './join.ts'
import type { BlockEvent } from './serve-load.ts'
import type { Stack } from './stack.ts'
import { TrialError } from './trial-error.ts'

export const loopback = '127.0.0.1'

/**
 * Rounds through all ports that warm the threads once a run: the first case has to find the same compiled
 * code as the last one.
 */
export const stackWarmUpRounds = 500

export interface BootCaseOptions extends BootOptions {
  readonly latencyMs: number
  /** Work of the agent that is not stamped as sleep, in ns for each code. Default: none. */
  readonly spinsNs?: readonly number[]
}

/**
 * Opens fresh listeners for agent and origin, boots HAProxy between them and sends one request through every
 * port; from then on the agent sleeps for the case's latency.
 *
 * @throws {TrialError} `case` when the offload does not prove itself, `interrupted`
 */
export async function bootCase(options: BootCaseOptions): Promise<BootedCase> {
  return openWithCleanup((cleanup) => boot(options, cleanup))
}

/** Fresh listeners of agent and origin, closed on cleanup: where HAProxy finds them. */
export async function openListeners(
  stack: Stack,
  cleanup: Cleanup,
): Promise<Pick<HaproxyConfigOptions, 'agentAddress' | 'originAddress'>> {
  const [agentPort, originPort] = await Promise.all([stack.agent.call('open'), stack.origin.call('open')])
  cleanup.defer(async () => {
    await Promise.all([stack.agent.call('close'), stack.origin.call('close')])
  })
  return {
    agentAddress: { host: loopback, port: agentPort },
    originAddress: { host: stack.originHost, port: originPort },
  }
}

async function boot(options: BootCaseOptions, cleanup: Cleanup): Promise<BootedCase> {
  const { stack, latencyMs } = options
  const booted = await bootArms(
    options,
    {
      open: () => openListeners(stack, cleanup),
      describe: (arm) => ({
        offload: arm === 'offload',
        ...(arm === 'control' ? { pauseMs: latencyMs } : {}),
      }),
      prove: (ports, rounds) => proveOffload(options, ports, rounds),
    },
    cleanup,
  )
  await treat(stack, booted.ports, toNs(latencyMs), options.spinsNs)
  return { ...booted, [Symbol.asyncDispose]: () => cleanup.dispose() }
}

/** The agent answers at once: the stack is up when the offload proves itself. */
async function proveOffload(
  options: BootCaseOptions,
  ports: readonly number[],
  rounds: number,
): Promise<void> {
  const { stack, signal, caseId } = options
  await treat(stack, ports, 0)
  const { faults, proofs } = await sendRounds(options, ports, rounds)
  const { notifies, errors } = await stack.agent.call('takeRecords')
  if (signal.aborted) throw new TrialError('interrupted', `The case ${caseId} was interrupted.`)
  const wanted = notifies.map(([frontendPort, sourcePort], notify) =>
    proofOf(frontendPort, sourcePort, notify),
  )
  const filters = options.allocation.armOfPort.filter((arm) => arm === 'offload').length
  const expected = filters * rounds
  if (wanted.length === expected && wanted.every((proof) => proofs.includes(proof)) && faults.length === 0)
    return
  const said = [
    ...(faults.length > 0 ? [`The client said: ${few(faults)}.`] : []),
    ...(errors.length > 0 ? [`The agent said: ${few(errors)}.`] : []),
  ]
  throw new TrialError(
    'case',
    [
      `Expected ${expected} offloaded request(s) to prove themselves before the case ${caseId} starts;`,
      `${notifies.length} NOTIFYs came and the origin received the proofs ${few(proofs)}.`,
      ...said,
      'SPOE fails open, so a broken agent would look fast: look at what the agent answers.',
    ].join(' '),
  )
}

/**
 * `rounds` requests through every port, one at a time: what the client found wrong, and the proofs that came to the
 * origin and to the client.
 */
export async function sendRounds(
  {
    stack,
    requestDeadlineMs,
    traffic,
    listen,
    signal,
  }: Pick<BootOptions, 'stack' | 'requestDeadlineMs' | 'traffic' | 'listen' | 'signal'>,
  ports: readonly number[],
  rounds: number,
): Promise<{ faults: string[]; proofs: string[]; answers: string[] }> {
  const kinds = traffic?.mix?.requests.length
  const input: LoadInput = {
    host: listen?.host ?? loopback,
    ports: Array.from({ length: rounds }, () => ports).flat(),
    offsetsNs: null,
    slotsPerBlock: ports.length,
    intervalNs: 0,
    deadlineMs: requestDeadlineMs,
    ...(traffic === undefined ? {} : { traffic }),
    ...(kinds === undefined
      ? {}
      : { requestOfBlock: Array.from({ length: rounds }, (_, round) => round % kinds) }),
  }
  const faults: string[] = []
  const answers: string[] = []
  await sendLoad(stack, input, signal, ({ block, exchanges }) => {
    const which = kinds === undefined ? '' : `request ${(block % kinds) + 1} of the mix: `
    for (const [, , , , , fault, proof] of exchanges) {
      if (fault !== null) faults.push(which + fault)
      if (proof !== undefined) answers.push(proof)
    }
  })
  const proofs = (await stack.origin.call('takeRecords')).map(([, , proof]) => proof)
  return { faults, proofs, answers }
}

/** What was said, each thing once, at most three. */
export function few(list: readonly string[]): string {
  return [...new Set(list)].slice(0, 3).join(', ')
}

async function treat(
  stack: Stack,
  ports: readonly number[],
  sleepNs: number,
  spinsNs: readonly number[] = [],
): Promise<void> {
  await stack.agent.call(
    'treat',
    ports.map((frontendPort, code) => ({ frontendPort, sleepNs, spinNs: spinsNs[code] ?? 0 })),
  )
}

/**
 * Has the load generator send `input`; resolves when every request has ended, at once when interrupted.
 * @param file where the input is written, to stay; default: a temporary file
 */
export async function sendLoad(
  stack: Stack,
  input: LoadInput,
  signal: AbortSignal,
  onBlock: (event: BlockEvent) => void,
  file?: string,
): Promise<void> {
  const interrupt = (): void => void stack.load.call('interrupt')
  signal.addEventListener('abort', interrupt, { once: true })
  stack.onBlock = onBlock
  try {
    if (!signal.aborted) await withLoadFile(input, file, async (path) => stack.load.call('run', path))
  } finally {
    signal.removeEventListener('abort', interrupt)
    stack.onBlock = () => {}
  }
}
