import { once } from 'node:events'
import { connect } from 'node:net'
import type { Random } from '../../record/random.ts'
import { TrialError } from '../trial-error.ts'

const deadlineMs = 5_000

/**
 * Times TCP connections to every address, one at a time, in random order in every round: from connect() to the
 * answer, which is a round trip and what it takes to wake up.
 *
 * @returns ns, by address, in the order of the rounds
 * @throws {TrialError} `stack` where there is no answer
 */
export async function measureConnects(
  addresses: readonly { readonly host: string; readonly port: number }[],
  rounds: number,
  random: Random,
  signal: AbortSignal,
): Promise<number[][]> {
  const timesNs: number[][] = addresses.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const number of random.shuffle(addresses.map((_, index) => index))) {
      if (signal.aborted) throw new TrialError('interrupted', 'The measurement was interrupted.')
      const address = addresses[number] as (typeof addresses)[number]
      timesNs[number]?.push(await timeConnect(address))
    }
  }
  return timesNs
}

async function timeConnect({
  host,
  port,
}: {
  readonly host: string
  readonly port: number
}): Promise<number> {
  const startNs = process.hrtime.bigint()
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(deadlineMs) })
    return Number(process.hrtime.bigint() - startNs)
  } catch (cause) {
    throw new TrialError(
      'stack',
      `Expected the agent at ${host}:${port} to answer within ${deadlineMs} ms.`,
      {
        cause,
      },
    )
  } finally {
    socket.destroy()
  }
}
