import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import type { Plan } from '../record/plan.ts'
import { withCleanup } from '../trial/cleanup.ts'
import { planTrial } from '../trial/plan-trial.ts'
import { writeExport } from '../trial/workers/export-files.ts'
import type { ShareArrivals } from '../trial/workers/arrivals.ts'
import { type HeldStack, type HoldOptions, holdStack } from '../trial/workers/hold-stack.ts'
import { announceAsAsked } from './announce-commitment.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/** Progress in a pipe is a line as a share gets this much further. */
const toldEvery = 0.25
/** Silence is told when it is this long, and whenever it has doubled. */
const firstSilenceMs = 10_000

/** Seals a plan, writes what workers need, and holds the stack until they have sent all of it. */
export function exportRun(signal: AbortSignal): Promise<void> {
  return withCleanup(async (cleanup) => {
    const context = inject('spoeBench')
    const { exported } = context
    if (exported === null)
      throw new Error('Expected a folder to export to: npm run export -- --help says how.')
    const { folder, host, firstPort, agentSleepsMs, blocks, workers, marginMs } = exported
    const plan = planTrial({
      runId: context.runId,
      startedAt: context.startedAt,
      condition: 'paced',
      arms: ['bypass', 'placebo', 'offload'],
      agentSleepsMs,
      requests: [blocks],
      workers: { count: workers, host },
      marginMs,
      mode: context.mode,
      release: context.binary.release,
    })
    const progress = cleanup.use(sendProgressTo(context.progressPort))
    const line = (text: string): void => progress.send({ type: 'line', text })
    const { strays, unproven, shares } = await holdStack({
      resultsDir: context.resultsDir,
      plan,
      host: context.host,
      machine: createMachine(context),
      seed: randomBytes(32),
      listen: { host, ...(firstPort === null ? {} : { firstPort }) },
      async onCommitment({ path, commitment, ledgerNote }) {
        if (ledgerNote !== null) line(ledgerNote)
        await announceAsAsked({ runId: plan.runId, commitment, path }, line)
      },
      onReady(inputs) {
        writeExport(folder, plan, inputs)
        line(readyText(plan, folder))
      },
      onProgress: tellShares(line),
      signal,
    })
    for (const text of afterword({ strays, unproven, shares })) line(text)
    line(
      `${shares.some(isShort) ? 'nothing more comes' : 'all requests have come'}; when the workers are done: ` +
        `npm run import -- ${plan.runId} records-*.jsonl`,
    )
  })
}

function isShort({ come, planned }: ShareArrivals): boolean {
  return come < planned
}

/** What whoever started the workers should know before he imports what they recorded. */
function afterword({ strays, unproven, shares }: HeldStack): string[] {
  return [
    ...shares
      .filter(isShort)
      .map(
        ({ share, come, planned }) =>
          `share ${share}: ${planned - come} of its ${planned} requests never came, the run will be invalid`,
      ),
    ...(unproven === 0
      ? []
      : [`the agent was asked ${unproven} time(s) for what no request proves, the run will be invalid`]),
    ...(strays === 0
      ? []
      : [`${strays} request(s) came that no worker was told to send; they are left out of the records`]),
  ]
}

function readyText({ runId, workers }: Plan, folder: string): string {
  const count = workers?.count ?? 0
  return [
    `ready, run ${runId}: start ${count} worker(s), each with a share of its own, 1 to ${count}:`,
    `  SPOE_BENCH_SHARE=1 artillery run ${folder}/script.yml`,
    `  node ${folder}/processor.mjs 1     (the same without Artillery)`,
    'Each writes records-N.jsonl where it is started. Ctrl-C gives the run up.',
  ].join('\n')
}

/** How much of each share has come, and for how long nothing has; tells it now and then. */
function tellShares(line: (text: string) => void): HoldOptions['onProgress'] {
  const told = new Map<number, number>()
  let nextSilenceMs = firstSilenceMs
  return (shares, silenceMs) => {
    for (const { share, come, planned } of shares) {
      const done = come / planned
      const step = Math.floor(done / toldEvery)
      if (step <= (told.get(share) ?? 0)) continue
      told.set(share, step)
      line(`share ${share}: ${Math.floor(100 * done)} % of its requests have come`)
    }
    if (silenceMs === null || silenceMs < firstSilenceMs) nextSilenceMs = firstSilenceMs
    else if (silenceMs >= nextSilenceMs) {
      nextSilenceMs *= 2
      line(`${Math.floor(silenceMs / 1_000)} s since the last request; ${waitsFor(shares)}`)
    }
  }
}

function waitsFor(shares: readonly ShareArrivals[]): string {
  return shares
    .filter(isShort)
    .map(({ share, come, planned }) =>
      come === 0 ? `share ${share} has not begun` : `share ${share}: ${planned - come} request(s) missing`,
    )
    .join(', ')
}
