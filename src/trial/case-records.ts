import type { Exchange, HelloRecord, NotifyRecord, OriginRecord, SampleLine } from '../record/samples.ts'

/** What samples.jsonl holds of one case. */
export interface CaseLines {
  readonly ports: readonly number[]
  /** By block, warm-up included, from the first sent to the last. */
  readonly blocks: ReadonlyMap<number, readonly Exchange[]>
  readonly hellos: readonly HelloRecord[]
  readonly notifies: readonly NotifyRecord[]
  readonly agentErrors: readonly string[]
  readonly requests: readonly OriginRecord[]
  readonly bootMs: number
  readonly stealShare: number | null
  readonly roundTripMs: number | null
  /** Hash of its blinded analysis, from before it was opened. */
  readonly frozen: string | undefined
  /** Hexadecimal; undefined while the case is not open, and for good if the run died before. */
  readonly key: string | undefined
}

/** Sorts the lines of a run by case. */
export function groupByCase(lines: readonly SampleLine[]): Map<string, CaseLines> {
  const cases = new Map<string, SampleLine[]>()
  for (const line of lines) {
    if (line.type === 'start' || line.type === 'end') continue
    const list = cases.get(line.case)
    if (list === undefined) cases.set(line.case, [line])
    else list.push(line)
  }
  return new Map([...cases].map(([id, list]) => [id, collect(list)]))
}

function collect(lines: readonly SampleLine[]): CaseLines {
  const of = <T extends SampleLine['type']>(type: T): Extract<SampleLine, { type: T }>[] =>
    lines.filter((line): line is Extract<SampleLine, { type: T }> => line.type === type)
  const agent = of('agent')
  const health = of('health')[0]
  return {
    ports: of('case')[0]?.ports ?? [],
    blocks: new Map(of('block').map((line) => [line.block, line.exchanges])),
    hellos: agent.flatMap((line) => line.hellos),
    notifies: agent.flatMap((line) => line.notifies),
    agentErrors: agent.flatMap((line) => line.errors),
    requests: of('origin').flatMap((line) => line.requests),
    bootMs: health?.bootMs ?? 0,
    stealShare: health?.stealShare ?? null,
    roundTripMs: health?.roundTripMs ?? null,
    frozen: of('freeze')[0]?.hash,
    key: of('open')[0]?.key,
  }
}
