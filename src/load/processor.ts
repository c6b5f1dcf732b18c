import { appendFileSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chainRow, hashRow } from '../record/chain.ts'
import type { Exchange } from '../record/samples.ts'
import type { WorkerLine } from '../record/workers.ts'
import { generateLoad } from './generator.ts'
import { isLoopback } from './loopback.ts'
import type { Share } from './share.ts'

/**
 * A worker: sends its share of a run and writes records-N.jsonl. Artillery calls it once in a virtual user;
 * `node processor.mjs N` does the same without. The requests are sent by the run's own load generator: Artillery's
 * HTTP engine times in whole milliseconds (METHODOLOGY.md).
 */

const folder = dirname(fileURLToPath(import.meta.url))

/** What Artillery hands to a function step, as far as it is used. */
interface Events {
  emit(event: 'counter', name: string, value: number): unknown
}

/** Artillery's function step. @throws {Error} one sentence; Artillery then counts a failed virtual user */
export async function sendShare(_context: unknown, events: Events): Promise<void> {
  try {
    events.emit('counter', 'spoe_bench.requests', await send(process.env['SPOE_BENCH_SHARE']))
  } catch (error) {
    fail(error)
    throw error
  }
}

/** Sends a share, case by case, and returns the number of its requests. */
async function send(named: string | undefined): Promise<number> {
  const text = readShare(named)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the export
  const share = JSON.parse(text) as Share
  expectOwnTarget(share)
  const file = join(process.env['SPOE_BENCH_RECORDS'] ?? process.cwd(), `records-${share.share}.jsonl`)
  if (existsSync(file)) {
    throw new Error(
      `expected no ${file}: share ${share.share} was sent, and a request that comes twice makes the run invalid.`,
    )
  }
  let previous = hashRow(text)
  const rowOf = (line: WorkerLine): string => {
    const row = chainRow(line, previous)
    previous = hashRow(row)
    return `${row}\n`
  }
  const { runId, share: number, of } = share
  writeFileSync(file, rowOf({ type: 'share', schema: 'spoe-bench/worker/1', runId, share: number, of }), {
    flag: 'wx',
  })
  console.error(`spoe-bench: sends share ${number} of ${of} of the run ${runId}, records to ${file}`)
  const epochNs = process.hrtime.bigint()
  const clock = (): number => Number(process.hrtime.bigint() - epochNs)
  let blocks = 0
  let requests = 0
  for (const { place, load } of share.cases) {
    const ended: [number, readonly Exchange[]][] = []
    const onBlock = (block: number, exchanges: readonly Exchange[]): void =>
      void ended.push([block, exchanges])
    await generateLoad(load, { onBlock }, clock, new AbortController().signal)
    // Between cases, so that nothing is written while something is timed.
    const rows = ended.map(([block, exchanges]) =>
      rowOf({ type: 'block', place, block, exchanges: [...exchanges] }),
    )
    appendFileSync(file, rows.join(''))
    blocks += ended.length
    requests += load.ports.length
  }
  appendFileSync(file, rowOf({ type: 'end', blocks }))
  console.error(`spoe-bench: share ${number} is sent, ${requests} requests`)
  return requests
}

function readShare(named = ''): string {
  const file = join(folder, 'shares', `${named}.json`)
  if (/^[1-9]\d*$/.test(named) && existsSync(file)) return readFileSync(file, 'utf8')
  throw new Error(
    `expected SPOE_BENCH_SHARE to be the number of a file in ${join(folder, 'shares')}, got "${named}".`,
  )
}

function expectOwnTarget({ cases, isOwnHost }: Share): void {
  const other = cases.find(({ load }) => !isLoopback(load.host))
  if (other === undefined || isOwnHost) return
  throw new Error(
    `expected a target on loopback, got ${other.load.host}: whoever owns it exports with --i-own-this-host.`,
  )
}

/** Artillery ends with 0 whatever its virtual users met; this makes it 2. */
function fail(error: unknown): void {
  console.error(`spoe-bench: ${error instanceof Error ? error.message : String(error)}`)
  const { artillery } = globalThis as { artillery?: { suggestedExitCode?: number } }
  if (artillery !== undefined) artillery.suggestedExitCode = 2
  else process.exitCode = 2
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await send(process.argv[2] ?? process.env['SPOE_BENCH_SHARE']).catch(fail)
}
