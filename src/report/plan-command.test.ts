import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { takeFingerprint } from '../host/fingerprint.ts'
import { chainRow, hashRow } from '../record/chain.ts'
import { testPlan } from '../trial/testing/test-plan.ts'
import type { RunRecords } from '../trial/run-folder.ts'
import { syntheticRecords } from '../trial/testing/synthetic-run.ts'
import { answerPlan, parsePlanArguments } from './plan-command.ts'

const root = mkdtempSync(join(tmpdir(), 'spoe-bench-plan-'))
afterAll(() => rmSync(root, { recursive: true }))

const request = { effectMs: 0.01, power: 0.95, alpha: 0.05 }

function recordsOf(requests: number): RunRecords {
  return syntheticRecords(
    testPlan({
      runId: `run-of-${requests}`,
      requests: [requests],
    }),
  )
}

/** A run's folder as the disk has it. */
function store(name: string, { plan, host, lines }: RunRecords): string {
  const path = join(root, name)
  mkdirSync(path)
  writeFileSync(join(path, 'plan.json'), JSON.stringify(plan))
  writeFileSync(join(path, 'host.json'), JSON.stringify(host))
  // The first line is tied to the run's line in its ledger, of which there is none here.
  let previous = hashRow('')
  const rows = lines.map((line) => {
    const row = chainRow(line, previous)
    previous = hashRow(row)
    return `${row}\n`
  })
  writeFileSync(join(path, 'samples.jsonl'), rows.join(''))
  return path
}

test('blocks and minutes, a line per latency and one for all', async () => {
  const { text, exitCode } = await answerPlan(store('good', recordsOf(100)), request)
  expect(exitCode).toBe(0)
  expect(text).toMatch(
    /^To find 0\.01 ms with a power of 95 %, one-sided at 5 %,\nwith the spread of the run run-of-100 \(paced, as-is\):\n\nagent\n +ms +blocks +minutes\n +0 +\d+ +0\.\d\n +10 +\d+ +0\.\d\n +all +\d+ +0\.\d$/,
  )
})

test('3: too short; 4: another machine; 5: invalid', async () => {
  const good = recordsOf(100)
  const here = { ...(await takeFingerprint()) }
  const elsewhere = { ...good.host, fingerprint: { ...here, cores: here.cores + 1 } }
  expect(await answerPlan(store('short', recordsOf(4)), request)).toMatchObject({ exitCode: 3 })
  expect(
    await answerPlan(store('same', { ...good, host: { ...good.host, fingerprint: here } }), request),
  ).toMatchObject({ exitCode: 0 })
  expect(await answerPlan(store('elsewhere', { ...good, host: elsewhere }), request)).toEqual({
    exitCode: 4,
    text: `the run run-of-100 is of another machine (cores ${here.cores + 1} there, ${here.cores} here); plan from a run of this one: add --pilot.`,
  })
  const lines = good.lines.filter((line) => line.type !== 'block' || line.block !== 50)
  expect(await answerPlan(store('invalid', { ...good, lines }), request)).toMatchObject({ exitCode: 5 })
})

test('arguments', () => {
  expect(parsePlanArguments(['--effect-ms', '0.1'])).toEqual({
    effectMs: 0.1,
    power: 0.95,
    alpha: 0.05,
    run: 'latest',
    isPilot: false,
  })
  expect(parsePlanArguments(['--effect-ms=0.2', '--power=0.8', '--alpha=0.01', '--run=x'])).toEqual({
    effectMs: 0.2,
    power: 0.8,
    alpha: 0.01,
    run: 'x',
    isPilot: false,
  })
})

test.for([
  [[], 'expected --effect-ms with a number above 0, got none: '],
  [['--effect-ms', '-1'], "option '--effect-ms' argument is ambiguous; expected npm run plan -- "],
  [['--effect-ms=-1'], 'expected --effect-ms with a number above 0, got "-1": '],
  [['--effect-ms', 'small'], 'expected --effect-ms with a number above 0, got "small": '],
  [['--effect-ms='], 'expected --effect-ms with a number above 0, got "": '],
  [['--effect-ms', '1', '--power', '95'], 'expected --power with a number between 0.5 and 1, got "95": '],
  [['--effect-ms', '1', '--alpha', '0'], 'expected --alpha with a number between 0 and 0.5, got "0": '],
  [['--effect', '1'], "unknown option '--effect'; expected npm run plan -- "],
  [['0.1'], "unexpected argument '0.1'"],
] as const)('%j is refused in one sentence', ([args, beginning]) => {
  let message = ''
  try {
    parsePlanArguments(args)
  } catch (error) {
    message = (error as Error).message
  }
  expect(message.slice(0, beginning.length)).toBe(beginning)
  expect(message).toMatch(/^[^\n]+\.$/)
})

test('--pilot is known, and excludes a stored run', () => {
  const args = ['--effect-ms', '0.1', '--pilot']
  expect(parsePlanArguments(args)).toMatchObject({ effectMs: 0.1, isPilot: true })
  expect(() => parsePlanArguments([...args, '--run', 'latest'])).toThrow(
    /expected --pilot or --run, got both/,
  )
})
