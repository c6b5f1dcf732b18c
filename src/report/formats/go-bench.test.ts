import { expect, test } from 'vitest'
import { effect, latencyResult, syntheticRun } from '../testing.ts'
import { gateLatency, syntheticGate } from '../testing/gates.ts'
import { renderGoBench } from './go-bench.ts'

interface GoResult {
  readonly name: string
  readonly iterations: number
  readonly values: Record<string, number>
  readonly configuration: Record<string, string>
}

function parseResult(
  line: string,
  { name, iterations, pairs }: Record<string, string> = {},
): Omit<GoResult, 'configuration'> {
  const fields = pairs?.trim().split(' ') ?? []
  const values = fields.flatMap((field, index) =>
    index % 2 === 0 ? [[fields[index + 1] as string, Number(field)] as const] : [],
  )
  const isResult = values.length > 0 && values.every(([, value]) => Number.isFinite(value))
  if (name === undefined || !isResult) throw new Error(`no line of the Go benchmark format: ${line}`)
  return { name, iterations: Number(iterations), values: Object.fromEntries(values) }
}

/** The grammar of the format, after its design document and benchfmt's units; any other line is an error here. */
function parseGoBench(text: string): { results: GoResult[]; units: string[] } {
  const configuration: Record<string, string> = {}
  const results: GoResult[] = []
  const units: string[] = []
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.slice(0, -1).split('\n')) {
    const key = /^(?<key>[a-z][^\s\p{Lu}:]*):[ \t]+(?<value>\S.*)$/u.exec(line)?.groups
    const unit = /^Unit (?<unit>\S+)(?: [^\s=]+=\S+)+$/.exec(line)?.groups?.['unit']
    const result = /^Benchmark(?<name>[^\sa-z]\S*) (?<iterations>[1-9]\d*)(?<pairs>(?: \S+ \S+)+)$/.exec(line)
    if (key !== undefined) configuration[key['key'] ?? ''] = key['value'] ?? ''
    else if (unit !== undefined) units.push(unit)
    else results.push({ ...parseResult(line, result?.groups), configuration: { ...configuration } })
  }
  return { results, units }
}

test('a result per latency, in ns/op, under the configuration that has to be equal', () => {
  const { results, units } = parseGoBench(renderGoBench(syntheticRun()))
  expect(results.map(({ name }) => name)).toEqual([
    'Overhead/agent=0ms',
    'Overhead/agent=1ms',
    'Overhead/agent=10ms',
    'Overhead/agent=100ms',
    'Overhead/agent=1000ms',
  ])
  expect(results[0]).toMatchObject({
    iterations: 100,
    values: { 'ns/op': 231_500, 'mean-ns/op': 235_500, 'p99-ns/op': 912_000 },
    configuration: { haproxy: '3.2.4', mode: 'awake', condition: 'paced' },
  })
  expect(units).toEqual(['ns/op', 'mean-ns/op', 'p99-ns/op'])
})

test('two runs of one machine have the same configuration, so that benchstat puts them in one table', () => {
  const heading = (runId: string, startedAt: string): string =>
    renderGoBench(syntheticRun({ runId, startedAt })).split('Benchmark')[0] as string
  expect(heading('a', '2026-11-03T10:15:00.000Z')).toBe(heading('b', '2026-11-04T10:15:00.000Z'))
})

test('no name ends like a number of processors, whatever the latency', () => {
  for (const latencyMs of [0.5, 1, 1000]) {
    const { results } = parseGoBench(
      renderGoBench(syntheticRun({ latencies: [latencyResult({ latencyMs })] })),
    )
    expect(results[0]?.name).not.toMatch(/-\d+$/)
  }
})

test('a negative overhead is a number, a missing p99 is left out, a missing overhead is no result', () => {
  const latencies = [
    latencyResult({ latencyMs: 0, overheadMs: effect(-0.002, 0.01), overheadP99Ms: null }),
    latencyResult({ latencyMs: 1, overheadMs: null }),
  ]
  const { results } = parseGoBench(renderGoBench(syntheticRun({ latencies })))
  expect(results).toHaveLength(1)
  expect(results[0]?.values).toEqual({ 'ns/op': -2000, 'mean-ns/op': 2000 })
})

test('a gate has both sides under names that benchstat can put next to each other, and their difference', () => {
  const { results } = parseGoBench(renderGoBench(syntheticGate()))
  expect(results.map(({ name }) => name)).toEqual([
    'Latency/agents=0ms/side=base',
    'Latency/agents=0ms/side=candidate',
    'Difference/agents=0ms',
    'Latency/agents=10ms/side=base',
    'Latency/agents=10ms/side=candidate',
    'Difference/agents=10ms',
  ])
  expect(results[0]?.values).toEqual({ 'ns/op': 590_000, 'mean-ns/op': 600_000, 'p99-ns/op': 1_500_000 })
  expect(results[2]).toMatchObject({
    iterations: 1000,
    values: { 'ns/op': 3000, 'mean-ns/op': 7000, 'p99-ns/op': 900_000 },
  })
})

test('a latency of a gate that was not measured is no result', () => {
  const gate = syntheticGate({}, { latencies: [gateLatency({ arms: {}, differenceMs: null })] })
  expect(parseGoBench(renderGoBench(gate)).results).toEqual([])
})
