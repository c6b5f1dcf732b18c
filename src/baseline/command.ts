import { parseArgs } from 'node:util'
import { addToJobSummary } from '../report/job-summary.ts'
import { identifyCode } from '../trial/code-identity.ts'
import { readRunFolder } from '../trial/run-folder.ts'
import { answerComparison } from './answer.ts'
import { BaselineError } from './baseline-error.ts'
import { commitOf } from './commit.ts'
import { defaultMarginMs } from './compare-run.ts'
import { makeRuns } from './make-runs.ts'
import { saveRuns } from './save-runs.ts'
import { baselinesDir } from './store.ts'

export const baselineUsage = [
  'npm run baseline -- save --reason "why" (--runs 5 [--as-is] [--haproxy 3.2] | --from RUN ...) [--new]',
  'npm run baseline -- compare RUN [--margin-ms 0.15] [--inconclusive pass|fail]',
  'both: [--suite matrix] [--dir fixtures/baselines]',
].join('\n')

const string = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const common = { suite: { ...string, default: 'matrix' }, dir: { ...string, default: baselinesDir } } as const

/**
 * `npm run baseline`.
 * @param findRun the folder of a run that is named by its path or id
 * @returns the exit code
 */
export async function runBaselineCommand(
  [verb = '', ...args]: readonly string[],
  findRun: (named: string) => string,
): Promise<number> {
  try {
    if (verb === 'save') return await save(args, findRun)
    if (verb === 'compare') return compare(args, findRun)
    throw new BaselineError('usage', `expected save or compare, got "${verb}".\n${baselineUsage}`)
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error
    console.error(`spoe-bench: ${error.message}`)
    return error.exitCode
  }
}

async function save(args: readonly string[], findRun: (named: string) => string): Promise<number> {
  const { values } = parseWords(args, {
    ...common,
    runs: string,
    from: { ...string, multiple: true },
    reason: string,
    new: flag,
    'as-is': flag,
    haproxy: string,
  })
  const { reason, suite, dir, from = [], runs } = values
  if (reason === undefined || reason.trim() === '') {
    throw new BaselineError('usage', `expected a written reason after --reason, got none.\n${baselineUsage}`)
  }
  if ((runs === undefined) === (from.length === 0)) {
    throw new BaselineError('usage', `expected either --runs or --from.\n${baselineUsage}`)
  }
  const folders =
    runs === undefined
      ? from.map((named) => findRun(named))
      : await makeRuns(parseRuns(runs), benchFlags(values))
  const code = readRunFolder(folders[0] as string).plan.code
  const { path, text } = saveRuns({
    folders,
    suite,
    reason,
    dir,
    isNew: values.new === true,
    savedAt: new Date().toISOString(),
    commit: await commitOf(code),
  })
  if (code.hash !== identifyCode().hash)
    console.log('note: the runs are of other code than is checked out, so no commit is written down')
  console.log(`${text}\n${path}`)
  return 0
}

function compare(args: readonly string[], findRun: (named: string) => string): number {
  const { values, positionals } = parseWords(
    args,
    { ...common, 'margin-ms': string, inconclusive: string },
    true,
  )
  const [run, ...others] = positionals
  if (run === undefined || others.length > 0) {
    throw new BaselineError('usage', `expected one run to compare.\n${baselineUsage}`)
  }
  const { text, summary, exitCode } = answerComparison({
    folder: findRun(run),
    suite: values.suite,
    dir: values.dir,
    marginMs: parseMargin(values['margin-ms']),
    inconclusive: parseInconclusive(values.inconclusive),
  })
  console.log(text)
  addToJobSummary(process.env['GITHUB_STEP_SUMMARY'], `\n${summary}`)
  return exitCode
}

function parseRuns(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw new BaselineError('usage', `expected a number of runs such as 5 after --runs, got "${text}".`)
}

function parseMargin(text: string | undefined): number {
  const value = text === undefined ? defaultMarginMs : text.trim() === '' ? Number.NaN : Number(text)
  if (value > 0 && value < 1e6) return value
  throw new BaselineError('usage', `expected milliseconds such as 0.15 after --margin-ms, got "${text}".`)
}

function parseInconclusive(text: string | undefined): 'pass' | 'fail' | undefined {
  if (text === undefined || text === 'pass' || text === 'fail') return text
  throw new BaselineError('usage', `expected pass or fail after --inconclusive, got "${text}".`)
}

function benchFlags(values: { readonly 'as-is'?: boolean; readonly haproxy?: string }): string[] {
  return [
    ...(values['as-is'] === true ? ['--as-is'] : []),
    ...(values.haproxy === undefined ? [] : ['--haproxy', values.haproxy]),
  ]
}

function parseWords<const T extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>>(
  args: readonly string[],
  options: T,
  allowPositionals = false,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: boolean }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals })
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('. ')
    throw new BaselineError('usage', `${reason}.\n${baselineUsage}`, { cause })
  }
}
