import type { Clock } from '../record/clock.ts'
import type { NotifyRecord } from '../record/samples.ts'
import { type Action, setVar } from '../spop/action.ts'
import type { Message } from '../spop/message.ts'
import { sleepUntil } from './sleep.ts'

/** How the agent treats the requests of one frontend. */
export interface Treatment {
  readonly frontendPort: number
  readonly sleepNs: number
  /** Work that is not stamped as sleep, so that it must show up as overhead (nought but in a decoy). */
  readonly spinNs: number
}

export interface ReputationOptions {
  readonly clock: Clock
  readonly score: number
  /** What the ACK sets as proof that this very NOTIFY was answered. */
  readonly proofOf: (frontendPort: number, sourcePort: number, notify: number) => string
}

/** The seed's agent: it checks the message and the IP, sleeps, and sets the score; and it keeps a record. */
export interface Reputation {
  readonly handler: (notify: {
    readonly messages: readonly Message[]
  }) => readonly Action[] | Promise<readonly Action[]>
  treat(treatments: readonly Treatment[]): void
  takeRecords(): NotifyRecord[]
}

export function createReputation(options: ReputationOptions): Reputation {
  const { clock, score, proofOf } = options
  let treatments = new Map<number, Treatment>()
  let records: NotifyRecord[] = []

  function answer(record: NotifyRecord, notify: number, spinNs: number): readonly Action[] {
    if (spinNs > 0) {
      const untilNs = clock() + spinNs
      while (clock() < untilNs);
    }
    return [setVar('sess', 'ip_score', score), setVar('txn', 'proof', proofOf(record[0], record[1], notify))]
  }

  return {
    handler(notify) {
      const receivedNs = clock()
      const { frontendPort, sourcePort } = readArgs(notify)
      const treatment = treatments.get(frontendPort)
      if (treatment === undefined)
        throw new Error(`no treatment is planned for frontend port ${frontendPort}`)
      const number = records.length
      // The sleep is stamped around the sleep itself: parsing and queueing are what the test wants to see.
      const startNs = clock()
      const record: NotifyRecord = [frontendPort, sourcePort, receivedNs, startNs, startNs]
      records.push(record)
      if (treatment.sleepNs === 0) return answer(record, number, treatment.spinNs)
      return sleepUntil(clock, startNs + treatment.sleepNs).then((endNs) => {
        record[4] = endNs
        return answer(record, number, treatment.spinNs)
      })
    },
    treat(list) {
      treatments = new Map(list.map((treatment) => [treatment.frontendPort, treatment]))
    },
    takeRecords() {
      const taken = records
      records = []
      return taken
    },
  }
}

/** @throws {Error} where the seed's handler gives up: no message, no `ip`, an `ip` that is no address */
function readArgs(notify: { readonly messages: readonly Message[] }): {
  frontendPort: number
  sourcePort: number
} {
  const message = notify.messages[0]
  if (message === undefined) throw new Error('expected a message in the NOTIFY, got none')
  const ip = message.arg('ip')
  if (ip?.type !== 'ipv4' && ip?.type !== 'ipv6') {
    throw new Error(`expected the arg "ip" to be an address, got ${ip?.type ?? 'none'}`)
  }
  return { frontendPort: Number(message.arg('dport')?.value), sourcePort: Number(message.arg('port')?.value) }
}
