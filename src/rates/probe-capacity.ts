import { randomBytes } from 'node:crypto'
import { withCleanup } from '../trial/cleanup.ts'
import { TrialError } from '../trial/trial-error.ts'
import { bootCell, type BootCellOptions, ratesArms, scoredBody, unscoredBody } from './boot-cell.ts'

/** More than anything here answers. */
const farTooMuch = 100_000
/** Enough for every answer to be followed by a request, few enough for a queue that moves. */
const mostInFlight = 64
/** Long enough for threads that are new to have compiled their code. */
const warmUpMs = 700
const windowMs = 600

/**
 * How many answers a second an HAProxy gives with the offload when it is asked for far more, with 64 requests under way
 * or as many as its cell allows; and whether the two frontends do what their arms say.
 *
 * @throws {TrialError} `case` where they don't, `interrupted`
 */
export function probeCapacity(options: Omit<BootCellOptions, 'armOfCode' | 'key'>): Promise<number> {
  return withCleanup(async (cleanup) => {
    const booted = cleanup.use(await bootCell({ ...options, armOfCode: ratesArms, key: randomBytes(32) }))
    const design = {
      ratePerSecond: farTooMuch,
      warmUpMs,
      windowMs,
      drainMs: 200,
      maxInFlight: Math.min(mostInFlight, options.cell.maxInFlight),
    }
    let capacity = 0
    for (const [code, arm] of ratesArms.entries()) {
      const { seen, agentErrors } = await booted.load(code, design, randomBytes(32))
      const { answeredInWindow, windowNs, bodies, failures } = seen
      const wanted = arm === 'offload' ? scoredBody : unscoredBody
      const got = Object.keys({ ...bodies, ...failures })
      if (answeredInWindow === 0 || bodies[wanted] === undefined || Object.keys(bodies).length > 1) {
        throw new TrialError(
          'case',
          `Expected every answer of ${arm} to be "${wanted}" before anything is measured (${options.cell.id}), got ` +
            `${got.length === 0 ? 'none' : got.map((each) => `"${each}"`).join(', ')}. ` +
            `The agent said: ${agentErrors.join(', ') || 'nothing'}.`,
        )
      }
      capacity = (answeredInWindow * 1e9) / windowNs
    }
    return capacity
  })
}
