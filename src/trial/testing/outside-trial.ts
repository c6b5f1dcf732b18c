import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAgent } from '../../agent/server.ts'
import { askingOf } from '../../haproxy/asking.ts'
import type { HaproxyBinary } from '../../haproxy/binary.ts'
import { defaultProof, defaultSpoeFile } from '../../haproxy/default-spoe.ts'
import { findEngine } from '../../haproxy/spoe-file.ts'
import type { Traffic } from '../../record/traffic.ts'
import { setVar } from '../../spop/action.ts'
import type { Cleanup } from '../cleanup.ts'
import type { OpenedCase } from '../open-case.ts'
import { openTrial, type Trial } from '../trial.ts'
import { testPlan } from './test-plan.ts'
import { testHost, testMachine } from './test-host.ts'

export interface OutsideTrialOptions {
  readonly resultsDir: string
  readonly cleanup: Cleanup
  readonly binary: HaproxyBinary
  /** What the agent does with each NOTIFY: sets the variable that proves, sets nothing, or goes away. */
  readonly answers: (notify: number) => boolean | 'end'
  readonly traffic?: Traffic
  readonly runId?: string
  /** What becomes of the default SPOE file. */
  readonly edit?: (spoeFile: string) => string
  readonly rules?: readonly string[]
}

/** An agent that is not ours, in this process, and a trial of it: two boots of twelve blocks, and a decoy. */
export async function openOutsideTrial(options: OutsideTrialOptions): Promise<Trial> {
  const { resultsDir, cleanup, binary, answers, edit = (text) => text, rules = [] } = options
  let notifies = 0
  const agent = await startAgent({
    handler: () => {
      const answer = answers(notifies++)
      if (answer === 'end') void agent.close({ deadlineMs: 0 })
      return answer === true ? [setVar('sess', 'ip_score', 50)] : []
    },
  })
  cleanup.defer(() => agent.close())
  const spoeFile = join(resultsDir, 'spoe.cfg')
  const text = edit(defaultSpoeFile(binary.release)).replace('processing 5s', 'processing 500ms')
  writeFileSync(spoeFile, text)
  const engine = findEngine(text, spoeFile, null)
  const asking = askingOf({ engine, rules })
  const plan = testPlan({
    runId: options.runId ?? 'a-run',
    agentSleepsMs: [0],
    requests: [12],
    boots: 2,
    marginMs: 50,
    lateShare: 1,
    release: binary.release,
    agent: {
      from: './an-agent -p {port}',
      proof: [defaultProof],
      files: '',
      asking: { ...asking, events: [...asking.events] },
    },
    decoy: { requests: 12, alpha: 0.4 },
    traffic: options.traffic,
  })
  return cleanup.use(
    await openTrial({
      resultsDir,
      plan,
      host: testHost(binary),
      seed: new Uint8Array(32).fill(1),
      machine: testMachine(binary),
      outside: {
        host: agent.host,
        port: agent.port,
        user: { spoeFile, engine, rules, proofVariables: [defaultProof] },
      },
      warmUpRounds: 2,
      onProgress: () => {},
    }),
  )
}

export function measureBoot(trial: Trial, boot: number): Promise<OpenedCase> {
  return trial.measure(`0ms-12-boot-${boot}`, new AbortController().signal)
}
