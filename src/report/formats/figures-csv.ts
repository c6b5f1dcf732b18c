import { z } from 'zod'
import { caseResultSchema, gateLatencySchema, latencyResultSchema, type Run } from '../../record/run.ts'
import { rowsInOrder } from '../matrix.ts'

/**
 * figures.csv: a row for every case and for every latency, a column for every figure of run.json, named by its
 * path there (`overheadMs.bounds.upper`). What a row does not have is empty. Quoted as RFC 4180 wants it, a
 * line feed after each row. The first columns say of which run it is, so that the files of several runs make
 * one table: `tail -n +2`. Gates have columns of their own, and make a table among themselves.
 */
export function renderFiguresCsv(run: Run): string {
  const latencies: readonly object[] = (run.gate ?? run).latencies
  const rows: readonly Row[] = [
    ...rowsInOrder(run).map((result): Row => ({ row: 'case', result })),
    ...latencies.map((result): Row => ({ row: 'latency', result })),
  ]
  const figureColumns = run.gate === undefined ? columnsOfRuns : columnsOfGates
  const lines = rows.map(({ row, result }) => [
    ...runColumns.map(([, read]) => read(run)),
    row,
    ...figureColumns.map((path) => readPath(result, path)),
  ])
  const heading = [...runColumns.map(([name]) => name), 'row', ...figureColumns]
  return [heading, ...lines].map((fields) => `${fields.map(quoteField).join(',')}\n`).join('')
}

interface Row {
  readonly row: 'case' | 'latency'
  readonly result: object
}

const runColumns: readonly (readonly [string, (run: Run) => string])[] = [
  ['runId', (run) => run.runId],
  ['startedAt', (run) => run.startedAt],
  ['outcome', (run) => run.outcome],
  ['haproxy', (run) => run.host.haproxy.version],
  ['node', (run) => run.host.node],
]

/** Every column, whether this run has a figure for it or not: the same file shape for every run. */
const columnsOfRuns = columnsOf(latencyResultSchema)
const columnsOfGates = columnsOf(gateLatencySchema)

function columnsOf(latencySchema: z.core.$ZodType): string[] {
  return [...new Set([...leavesOf(caseResultSchema), ...leavesOf(latencySchema)])]
}

/** The paths to everything in a record that is no object itself, in the order of its schema. */
function leavesOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) return leavesOf(schema.unwrap())
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, inner]) => under(name, leavesOf(inner)))
  }
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    const leaves = leavesOf(schema.valueType)
    return schema.keyType.options.flatMap((name) => under(String(name), leaves))
  }
  return ['']
}

function under(name: string, leaves: readonly string[]): string[] {
  return leaves.map((leaf) => (leaf === '' ? name : `${name}.${leaf}`))
}

function readPath(result: object, path: string): string {
  let value: unknown = result
  for (const name of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
  }
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(describeItem).join('; ')
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`
}

/** Warnings and ids are sentences and words already, as are numbers; a fault is an object. */
function describeItem(item: unknown): string {
  if (typeof item === 'string' || typeof item === 'number') return String(item)
  const { kind, count, first } = item as { kind: string; count: number; first: string }
  return `${kind} x ${count}, first: ${first}`
}

function quoteField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
