import { createRandom, deriveKey } from '../record/random.ts'
import { rejectsAny } from '../stats/holm.ts'
import { summariseRounds, testRounds } from '../stats/rounds.ts'
import { createXoshiro } from '../stats/xoshiro.ts'
import { anyLevel, regressionMs } from '../trial/gate/plan-gate.ts'
import type { TestedGate } from './gate-record.ts'

/**
 * False alarms of the test over rounds alone: in gates of the same agent twice, base and candidate are exchanged at random in
 * every round of every latency, so that whatever is found then is chance. What two processes differ by stays as it was
 * measured. A gate asks the blocks too, so it alarms less often than this. Seeded: the same gates give the same count.
 * @param alike gates of the same agent twice, of `roundsNeeded` rounds or more; they take turns
 * @returns how many of the relabelled gates raised an alarm
 */
export function relabelGates(alike: readonly Pick<TestedGate, 'latencies'>[], relabellings: number): number {
  const next = createXoshiro(createRandom(deriveKey(new Uint8Array(32), 'relabel gates')))
  let alarms = 0
  for (let turn = 0; turn < relabellings; turn += 1) {
    const { latencies } = alike[turn % alike.length] as Pick<TestedGate, 'latencies'>
    const pValues = latencies.map(({ rounds }) =>
      testRounds(summariseRounds(rounds.map((value) => (next() < 2 ** 31 ? value : -value))), regressionMs),
    )
    if (rejectsAny(pValues, anyLevel)) alarms += 1
  }
  return alarms
}
