import type { LoadInput } from '../../load/generator.ts'
import type { Plan, PlanCase } from '../../record/plan.ts'
import { commitTo } from '../../record/plan.ts'
import type { SampleLine } from '../../record/samples.ts'
import { type Allocation, allocateBlocks, caseKey } from '../allocation.ts'
import { type CaseLines, groupByCase } from '../case-records.ts'
import { freezeCase } from '../freeze-case.ts'
import { firstRequestOf, loadInput, placeOf } from '../load-input.ts'
import { checkAllocation } from '../replay.ts'
import { finishEnd, readRunFolder, reopenRunFolder, type RunRecords } from '../run-folder.ts'
import { sharesOf } from './export-files.ts'
import { ImportError } from './import-error.ts'
import { readWorkerFile, type WorkerFile } from './read-worker-file.ts'
import { readSealed, removeSealed, type Sealed } from './sealed.ts'

interface MeasuredCase {
  readonly planCase: PlanCase
  readonly key: Uint8Array
  readonly lines: readonly SampleLine[]
  readonly caseLines: CaseLines
}

/**
 * Joins what workers recorded to what agent and origin did, case by case: appended, frozen and opened as in any run,
 * which then has its end. Everything is checked before the first line is written. What an import that was cut off has
 * left behind is written anew, and when all of it is there only the rest is done, whatever files are named.
 *
 * @throws {ImportError} with its exit code; the run's folder is as it was then
 * @throws {TrialError} `usage` for a run that waits for no records, `records` for one that can't be read
 */
export function importRun(path: string, files: readonly string[]): void {
  const sealed = readSealed(path)
  const records = readRunFolder(path)
  const end = records.lines.find((line) => line.type === 'end')
  if (end === undefined) takeIn(path, records, sealed, files)
  else finishEnd(path, records.plan, end.reason)
  removeSealed(path)
}

function takeIn(path: string, { plan, lines }: RunRecords, sealed: Sealed, files: readonly string[]): void {
  const seed = Buffer.from(sealed.seed, 'hex')
  const start = lines.find((line) => line.type === 'start')
  if (start?.commitment !== commitTo(plan, seed)) {
    throw new ImportError(
      'seal',
      'Expected sealed.json to hold the seed that was committed to, it holds another.',
    )
  }
  const read = readAll(plan, sealed, seed, files)
  const cases = plan.cases.map((planCase, index) =>
    collectCase(plan, planCase, caseKey(seed, planCase.id), sealed, index, read),
  )
  const folder = reopenRunFolder(path, plan)
  try {
    for (const { planCase, key, lines: own, caseLines } of cases) {
      for (const line of own) folder.append(line)
      freezeCase(plan, planCase, caseLines, key, folder.append)
    }
    folder.end('complete', sealed.seed)
  } finally {
    folder[Symbol.dispose]()
  }
}

/** The file of every share, once. */
function readAll(
  plan: Plan,
  sealed: Sealed,
  seed: Uint8Array,
  files: readonly string[],
): ReadonlyMap<number, WorkerFile> {
  const inputs = plan.cases.map((planCase, index): LoadInput => {
    const allocation: Allocation = allocateBlocks(plan, planCase, caseKey(seed, planCase.id))
    return loadInput(plan, allocation, sealed.cases[index]?.ports ?? [], firstRequestOf(plan, planCase.id))
  })
  const shares = sharesOf(plan, inputs)
  const read = new Map<number, WorkerFile>()
  for (const path of files) {
    const file = readWorkerFile(path, plan.runId, (share) => shares[share - 1])
    const other = read.get(file.share)
    if (other !== undefined) {
      throw new ImportError(
        'usage',
        `Expected one file of each share, ${other.path} and ${path} are both of share ${file.share}.`,
      )
    }
    read.set(file.share, file)
  }
  const missing = shares.find(({ share }) => !read.has(share))
  if (missing !== undefined) {
    throw new ImportError(
      'usage',
      `Expected the records of all ${shares.length} shares, those of share ${missing.share} are missing: name its records-${missing.share}.jsonl as well.`,
    )
  }
  return read
}

/** A case as if this process had sent it. */
function collectCase(
  plan: Plan,
  planCase: PlanCase,
  key: Uint8Array,
  sealed: Sealed,
  index: number,
  read: ReadonlyMap<number, WorkerFile>,
): MeasuredCase {
  const { id } = planCase
  const own = sealed.cases[index]
  const file = read.get(planCase.worker ?? 0)
  const blocks = file?.blocks.get(placeOf(plan, id)) ?? new Map()
  const lines: SampleLine[] = [
    { type: 'case', case: id, ports: own?.ports ?? [], mode: planCase.mode },
    ...[...blocks].map(([block, exchanges]): SampleLine => ({
      type: 'block',
      case: id,
      block,
      exchanges: [...exchanges],
    })),
    // A HELLO does not say which frontend's engine it comes from: every case has all of them.
    {
      type: 'agent',
      case: id,
      hellos: sealed.hellos,
      notifies: own?.notifies ?? [],
      errors: sealed.agentErrors,
    },
    { type: 'origin', case: id, requests: own?.requests ?? [] },
    {
      type: 'health',
      case: id,
      stealShare: sealed.stealShare,
      roundTripMs: sealed.roundTripMs,
      bootMs: sealed.bootMs,
    },
  ]
  const caseLines = groupByCase(lines).get(id) as CaseLines
  const fault = checkAllocation({ plan, lines }, planCase, caseLines, key)
  if (fault !== null) {
    throw new ImportError('seal', `${file?.path}: ${id} is not what its worker was told to send: ${fault}.`)
  }
  return { planCase, key, lines, caseLines }
}
