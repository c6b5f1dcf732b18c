import { readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { startAgentProcess } from '../agent/agent-process.ts'
import { acquireRunLock } from '../host/run-lock.ts'
import { createRandom } from '../record/random.ts'
import { renderSpeed } from '../report/speed-table.ts'
import type { Ack } from '../spop/ack.ts'
import { setVar } from '../spop/action.ts'
import { withCleanup } from '../trial/cleanup.ts'
import { monotonicClock } from '../trial/clock.ts'
import { ackSubject, readSubject, streamSubject, valuesSubject } from './codec-subjects.ts'
import { type Measured, interleave } from './interleave.ts'
import { openRoundTrip } from './round-trip.ts'

const blocks = 200
const sliceNs = 8_000_000

export interface AgentSpeed {
  readonly read: Measured
  readonly stream: Measured
  readonly values: Measured
  readonly ack: Measured
  readonly roundTrip: Measured
  /** ACKs that were encoded, and the last that came over the socket, decoded. */
  readonly acks: readonly (Ack | undefined)[]
}

/** Measures codec and agent with one NOTIFY of fixtures/messages, and prints medians with their spread. */
export async function measureAgentSpeed(fixture: string, signal: AbortSignal): Promise<AgentSpeed> {
  return withCleanup(async (cleanup) => {
    const onWait = (holder: string): void =>
      console.error(`waiting for another timing run on this machine: ${holder}`)
    cleanup.use(await acquireRunLock({ wait: true, onWait, signal }))
    const notify = readFixture(fixture)
    const agent = cleanup.use(await startAgentProcess())
    const trip = cleanup.use(await openRoundTrip(agent.port, notify))
    const ack = ackSubject(notify, [setVar('sess', 'ip_score', 50)])
    const subjects = [readSubject(notify), streamSubject(notify), valuesSubject(notify), ack, trip] as const
    const clock = monotonicClock(process.hrtime.bigint())
    const random = createRandom(randomBytes(32))
    const measured = await interleave(subjects, { blocks, sliceNs, clock, random })
    console.log(
      [`${blocks} blocks, Node ${process.version}, ${notify.length} bytes`, ...renderSpeed(measured)].join(
        '\n',
      ),
    )
    const [read, stream, values, encoded, roundTrip] = measured as [
      Measured,
      Measured,
      Measured,
      Measured,
      Measured,
    ]
    return { read, stream, values, ack: encoded, roundTrip, acks: [...ack.decoded(), trip.decoded()] }
  })
}

function readFixture(name: string): Buffer {
  const file = new URL(`../../fixtures/messages/${name}.hex`, import.meta.url)
  return Buffer.from(readFileSync(file, 'latin1').replaceAll('\n', ''), 'hex')
}
