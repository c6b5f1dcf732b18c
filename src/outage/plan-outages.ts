import type { HaproxyRelease } from '../haproxy/config.ts'
import { outageArms } from '../haproxy/outage-config.ts'
import type { OutageDesign, OutagePlan } from '../record/outage-plan.ts'
import { identifyCode } from '../trial/code-identity.ts'
import { recoveredStreak } from './figures.ts'
import { earlyMs, lateMs, toleratedShare } from './judge.ts'
import { outages } from './outages.ts'
import { predict } from './predictions.ts'

export interface OutagesAsked {
  readonly runId: string
  readonly startedAt: string
  readonly design: OutageDesign
  readonly haproxys: readonly { readonly version: string; readonly release: HaproxyRelease }[]
}

/** Every outage on every release, and what is predicted of each. */
export function planOutages({ design, haproxys, ...run }: OutagesAsked): OutagePlan {
  const { checkIntervalMs } = design
  return {
    schema: 'spoe-bench/outage-plan/1',
    ...run,
    code: identifyCode(),
    design,
    arms: outageArms.map(({ name, processingTimeoutMs }) => ({
      arm: name,
      timeoutMs: processingTimeoutMs ?? null,
    })),
    rows: outages.flatMap(({ name }) =>
      haproxys.map(({ version, release }) => ({
        id: `${version}, ${name}`,
        haproxy: version,
        outage: name,
        predicted: Object.fromEntries(
          outageArms.flatMap(({ name: arm, processingTimeoutMs: timeoutMs }) =>
            timeoutMs === undefined ? [] : [[arm, predict(name, { release, timeoutMs, checkIntervalMs })]],
          ),
        ),
      })),
    ),
    rules: rulesOf(design),
  }
}

/** What a run is judged by, in words. */
export function rulesOf({ level }: Pick<OutageDesign, 'level'>): string[] {
  const tolerated = `${toleratedShare * 100} %`
  return [
    'a row: a fresh HAProxy and a fresh agent; blocks of one request to every arm, in an order that follows from the seed',
    'checked: the origin was told the proof of that request; unchecked: it was told of none; rejected: HAProxy said so and nothing reached the origin; failed: all else',
    'during: of the requests that began while the agent failed, those that could wait out every timeout before it was well',
    `added: latency of these without a verdict less that of bypass in the block; Hodges-Lehmann, signed-rank interval at ${level}`,
    `recovery: from the agent being well to the first of ${recoveredStreak} verdicts in a row`,
    `as predicted: before it ${tolerated} unchecked at most, during it as many checked as predicted or within ${tolerated}, all others rejected or passed as the arm says; added from ${earlyMs} ms less to ${lateMs} ms more than the wait; set-on-error as predicted in all but ${tolerated}; recovery within what was predicted`,
    'where an arm closes the hole, no request of the whole row passes unchecked, and in no arm does one fail',
    'nothing is dropped for being slow, nothing is repeated; a row that could not be measured has no figures, and the run is incomplete',
  ]
}
