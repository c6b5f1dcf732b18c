import type { Effect, GateResult, Summary, TailEffect } from '../../record/run.ts'

/** What other tools are told of a gate at one latency. */
export interface GateBenchmark {
  /** `agents 10 ms`, or `own time` where they can't be asked to wait. */
  readonly label: string
  /** The same for a name that has no blanks: `agents=10ms`. */
  readonly key: string
  readonly base: Summary
  readonly candidate: Summary
  readonly difference: Effect
  readonly tail: TailEffect | null
  readonly verdict: string
}

/** A latency without both sides is none. */
export function gateBenchmarks({ latencies, hasDelay }: GateResult): GateBenchmark[] {
  return latencies.flatMap(({ latencyMs, arms, differenceMs, tailMs, verdict }) => {
    const { base, candidate } = arms
    if (base === undefined || candidate === undefined || differenceMs === null) return []
    return [
      {
        label: hasDelay ? `agents ${latencyMs} ms` : 'own time',
        key: hasDelay ? `agents=${latencyMs}ms` : 'agents=own',
        base,
        candidate,
        difference: differenceMs,
        tail: tailMs,
        verdict: verdict ?? 'no verdict',
      },
    ]
  })
}
