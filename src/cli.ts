import { existsSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BaselineError } from './baseline/baseline-error.ts'
import { escapeControls } from './record/escape-controls.ts'
import type { SealedVerification } from './trial/replay-sealed.ts'
import { ImportError } from './trial/workers/import-error.ts'
import { asCalled, projectFolder } from './host/project-folder.ts'

const resultsDir = join(projectFolder, 'results')
const cacheDir = join(projectFolder, '.cache', 'haproxy')
const usageError = 2
const sealBroken = 5

// Each loads what it needs itself: a gate starts the agent eighty times, and waits for it.
const commands: Record<string, (args: string[]) => Promise<void>> = {
  analyse,
  haproxy,
  plan,
  report,
  readme,
  verify,
  agent: async (args) => (await import('./agent/command.ts')).runCommand(args),
  'agent:faulty': async (args) => (await import('./agent/faulty-command.ts')).runFaultyCommand(args),
  soak: async (args) => (await import('./agent/soak-command.ts')).runSoakCommand(args),
  calibrate: async (args) => (await import('./calibration/command.ts')).runCommand(args),
  'calibrate:report': reportCalibration,
  'gate:report': reportGates,
  schema: printSchema,
  origin: async (args) => (await import('./trial/origin-command.ts')).runOriginCommand(args),
  import: async (args) => {
    const { runImportCommand } = await import('./report/import-command.ts')
    process.exitCode = await runImportCommand(args, findRun)
  },
  init: async (args) => {
    const { initProject } = await import('./vitest/init-command.ts')
    for (const line of initProject(args, process.cwd())) console.log(line)
  },
  baseline: async (args) => {
    const { runBaselineCommand } = await import('./baseline/command.ts')
    process.exitCode = await runBaselineCommand(args, findRun)
  },
}

const [name = '', ...args] = process.argv.slice(2)
try {
  const command = commands[name]
  if (command === undefined)
    throw new Error(`expected one of ${Object.keys(commands).join(', ')}, got "${name}".`)
  await command(args)
} catch (error) {
  console.error(`spoe-bench: ${asCalled(error instanceof Error ? error.message : String(error))}`)
  const hasCode = error instanceof BaselineError || error instanceof ImportError
  process.exitCode = hasCode ? error.exitCode : usageError
}

/** Makes run.json and all that is drawn from it again, from plan, host and samples alone. */
async function analyse(rest: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: rest, allowPositionals: true })
  if (positionals.length !== 1) {
    throw new Error(
      'expected one run: npm run analyse -- results/latest (or the id of a run under results/).',
    )
  }
  const path = findRun(positionals[0] as string)
  // What draws takes a second to load.
  const { writeReports } = await import('./report/write-reports.ts')
  const { table } = await writeReports(path)
  process.stdout.write(`${table}\n`)
}

/** Draws a run's page again, alone or beside another run, and shows what it comes to. */
async function report(rest: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { against: { type: 'string' }, exporter: { type: 'string' } },
  })
  if (positionals.length !== 1) {
    throw new Error(
      'expected one run: npm run report -- [--against RUN|BASELINE.json] [--exporter RUN] results/latest (or the id of a run).',
    )
  }
  const { reportRun } = await import('./report/report-command.ts')
  const { columnsOf, paintVerdicts, wantsColour } = await import('./report/paint.ts')
  const { screen, file } = await reportRun(findRun(positionals[0] as string), columnsOf(process.stdout), {
    against: values.against === undefined ? undefined : findOther(values.against),
    exporter: values.exporter === undefined ? undefined : findRun(values.exporter, '', 'exporter.json'),
  })
  process.stdout.write(`${paintVerdicts(screen, wantsColour(process.stdout))}\n${file}\n`)
}

/** Writes picture and table of README.md from the run that is committed; from another one, if it is named. */
async function readme(rest: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: rest, allowPositionals: true })
  const { keepRun, writeReadme } = await import('./report/readme.ts')
  const [named] = positionals
  if (named !== undefined) keepRun(findRun(named))
  for (const file of await writeReadme()) console.log(file)
}

/** Replays a run from its files and says the first thing that does not hold. */
async function verify(rest: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { ledger: { type: 'boolean' }, commitment: { type: 'string' } },
  })
  if (positionals.length !== 1) {
    throw new Error(
      'expected one run: npm run verify -- [--ledger] [--commitment HEX] results/latest (or the id of a run).',
    )
  }
  // `latest` is a link; the ledger lies beside the folder that it names.
  const path = realpathSync(findRun(positionals[0] as string))
  const options = { hasLedger: values.ledger === true, commitment: values.commitment }
  const { fault, notes, isEarly, outcome } = await verifyFolder(path, options)
  for (const note of notes) console.log(`note: ${escapeControls(note)}`)
  if (fault === null)
    return console.log(`${isEarly ? 'holds as far as it goes' : 'holds'}: ${path}, outcome: ${outcome}`)
  console.error(`spoe-bench: does not hold: ${escapeControls(fault)}`)
  process.exitCode = sealBroken
}

/** Each suite that seals its runs has files of its own. */
async function verifyFolder(
  path: string,
  options: { readonly hasLedger: boolean; readonly commitment: string | undefined },
): Promise<SealedVerification<string>> {
  if ((await import('./rates/read-rates.ts')).isRatesFolder(path)) {
    return (await import('./rates/verify-rates.ts')).verifyRates(path, options)
  }
  if ((await import('./outage/read-outages.ts')).isOutageFolder(path)) {
    return (await import('./outage/verify-outages.ts')).verifyOutages(path, options)
  }
  return (await import('./report/verify-run.ts')).verifyRun(path, options)
}

/** How many blocks and minutes an effect takes on this machine, from the spread of a stored run. */
async function plan(rest: string[]): Promise<void> {
  const { answerPlan, parsePlanArguments } = await import('./report/plan-command.ts')
  const { run, isPilot, ...request } = parsePlanArguments(rest)
  // The launcher asks first, so that a slip of the pen is not told after twenty seconds of measuring.
  if (isPilot) return
  const { text, exitCode } = await answerPlan(
    findRun(run, ' Or measure for 20 s first: add --pilot.'),
    request,
  )
  if (exitCode === 0) console.log(text)
  else console.error(`spoe-bench: ${text}`)
  process.exitCode = exitCode
}

/** Finds or fetches the HAProxy releases that are named, and says where each is. */
async function haproxy(rest: string[]): Promise<void> {
  const { provisionHaproxy } = await import('./haproxy/provision.ts')
  const { readReleaseCatalog } = await import('./haproxy/release-catalog.ts')
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { all: { type: 'boolean' } },
  })
  const { releases } = await readReleaseCatalog()
  const names = values.all === true ? Object.keys(releases) : positionals
  if (names.length === 0) throw new Error('expected releases: npm run haproxy -- 3.2 3.4, or --all.')
  const failures: unknown[] = []
  for (const release of names) {
    try {
      const onProgress = (line: string): void => console.error(line)
      const binary = await provisionHaproxy({ release, cacheDir, env: process.env, onProgress })
      console.log(`${release}  ${binary.version}  ${binary.source}  ${binary.path}`)
    } catch (error) {
      failures.push(error)
      if (values.all === true) console.log(`${release}  not to be had here`)
    }
  }
  // All that this host can have is what --all asks for; a release that was named has to be there.
  if (failures.length > (values.all === true ? names.length - 1 : 0)) throw failures[0]
}

/** What the units of `npm run calibrate:real` show so far, with the blocks of some relabelled. */
async function reportCalibration(): Promise<void> {
  const { openCalibrationFiles } = await import('./calibration/files.ts')
  const { renderCalibration } = await import('./calibration/report.ts')
  const { lines, stored } = openCalibrationFiles()
  process.stdout.write(`${renderCalibration(lines, stored)}\n`)
}

/** The JSON Schema of run.json, as docs/run.schema.json has it. */
async function printSchema(): Promise<void> {
  const { runJsonSchema } = await import('./record/json-schema.ts')
  console.log(JSON.stringify(runJsonSchema(), null, 2))
}

/** What the gates of `npm run gate:selftest` show so far. */
async function reportGates(): Promise<void> {
  const { openGateFile } = await import('./calibration/gate-file.ts')
  const { renderGates } = await import('./calibration/gate-report.ts')
  process.stdout.write(`${renderGates(openGateFile().lines)}\n`)
}

/** What a run may stand beside: a file is taken for a baseline, anything else has to be a run. */
function findOther(named: string): string {
  const file = resolve(named)
  return existsSync(file) && statSync(file).isFile()
    ? file
    : findRun(named, ' A baseline is named by its file: fixtures/baselines/MACHINE/SUITE.json.')
}

/** A folder as it is named, or the run of that id under results/. */
function findRun(named: string, advice = '', record = 'plan.json'): string {
  const candidates = [resolve(named), join(resultsDir, named)]
  const found = candidates.find((path) => existsSync(join(path, record)))
  if (found === undefined)
    throw new Error(`expected a run's folder, got "${named}", where there is no ${record}.${advice}`)
  return found
}
