import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaNode } from 'execa'
import { afterAll, expect, test } from 'vitest'
import type { Share } from '../load/share.ts'
import type { LedgerLine } from '../record/ledger.ts'
import type { Run } from '../record/run.ts'
import { readLedger } from '../trial/ledger.ts'
import { type HeldExport, expectHolds, startExport } from './testing/export.ts'
import { root } from './testing/launch.ts'

const folder = mkdtempSync(join(tmpdir(), 'spoe-export-e2e-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Ended = { readonly exitCode?: number | undefined; readonly stdout: string; readonly stderr: string }

function command(name: string, args: readonly string[]): Promise<Ended> {
  const options = { reject: false, nodeOptions: [], cwd: folder, env: { INIT_CWD: folder } } as const
  return execaNode(join(root, 'src', 'launcher.mjs'), [name, ...args], options)
}

/** One worker, in a process and a folder of its own. */
function work(held: HeldExport, share: number | string, records: string): Promise<Ended> {
  return execa(process.execPath, [join(held.folder, 'processor.mjs'), String(share)], {
    reject: false,
    env: { SPOE_BENCH_RECORDS: records, NODE_OPTIONS: '' },
  })
}

const portsOf = (held: HeldExport, share: number): Set<number> =>
  new Set(readShare(held.folder, share).cases.flatMap(({ load }) => load.ports))

const readShare = (from: string, share: number): Share =>
  JSON.parse(readFileSync(join(from, 'shares', `${share}.json`), 'utf8')) as Share

/** A request of somebody who looks what is there, on a connection of its own. */
function sendStray(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false, headers: { 'x-request': '' } }, (response) =>
      response.resume().once('end', resolve),
    ).once('error', reject)
  })
}

const readRun = (path: string): Run => JSON.parse(readFileSync(join(path, 'run.json'), 'utf8')) as Run

/** What `npm run import` says, when it takes nothing in. */
async function expectRefused(args: readonly string[], exitCode: number, sentence: string): Promise<void> {
  const refused = await command('import', args)
  expect(refused.stderr.trim().split('\n')).toEqual([expect.stringMatching(/^spoe-bench: .*\.$/)])
  expect(refused.stderr).toContain(sentence)
  expect(refused.exitCode).toBe(exitCode)
}

test('three processes send one plan, and what they recorded is a run that verify accepts', async () => {
  const held = await startExport(join(folder, 'three'), [
    '--workers',
    '3',
    '--blocks',
    '60',
    '--sleeps',
    '0,10',
  ])
  const { path } = held
  for (const port of portsOf(held, 1)) await sendStray(port)
  const records = [1, 2, 3].map((share) => join(folder, `records-${share}.jsonl`))
  const workers = await Promise.all([1, 2, 3].map((share) => work(held, share, folder)))
  expect(workers.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
    [1, 2, 3].map((share) => ({
      exitCode: 0,
      stderr: expect.stringContaining(`share ${share} is sent, 243 requests`),
    })),
  )
  const ended = await held.process
  expect(ended.exitCode).toBe(0)
  const said = ended.stderr + ended.stdout
  expect(said).toContain(`all requests have come; when the workers are done: npm run import -- ${held.runId}`)
  // Those of somebody else, and that the agent was asked for two of them, are in no record.
  expect(said).toContain(
    '6 request(s) came that no worker was told to send; they are left out of the records',
  )
  expect(said).not.toContain('invalid')
  // A run that waits is no run that was measured.
  expect((await command('verify', [path])).stdout).toContain('holds as far as it goes')

  const [first = '', second = '', third = ''] = records
  const before = readFileSync(join(path, 'samples.jsonl'), 'utf8')
  await expectRefused([path, first, third], 2, 'those of share 2 are missing')
  await expectRefused([path, first, second, third, second], 2, 'are both of share 2')
  await expectRefused([path, first, second, join(folder, 'no-such.jsonl')], 2, "can't be read")
  const changed = join(folder, 'changed.jsonl')
  const text = readFileSync(third, 'utf8')
  writeFileSync(changed, text.replace(/(,null\]\]\}\n)/, ',"late"]]}\n'))
  await expectRefused([path, first, second, changed], 5, 'changed, dropped or moved')
  writeFileSync(changed, text.replaceAll(held.runId, '20260101T000000Z-000000'))
  await expectRefused([path, first, second, changed], 2, 'of share 3 of the run 20260101T000000Z-000000')
  expect(readFileSync(join(path, 'samples.jsonl'), 'utf8')).toBe(before)

  // A worker that is started again sends nothing: its requests would come twice.
  const again = await work(held, 1, folder)
  expect(again.stderr).toContain('share 1 was sent')
  expect(again.exitCode).toBe(2)

  const imported = await command('import', [path, ...records])
  expect(imported.stdout).toContain('condition: paced, sent by 3 workers; machine as is')
  const run = readRun(path)
  expect(run.cases.map(({ id, faults }) => [id, faults])).toEqual(
    [0, 10].flatMap((sleep) => [1, 2, 3].map((share) => [`${sleep}ms-20-worker-${share}`, []])),
  )
  expect(run.latencies.map(({ latencyMs, blocks }) => [latencyMs, blocks])).toEqual([
    [0, 60],
    [10, 60],
  ])
  for (const { agentSleepMs, latencyMs } of run.cases) {
    expect(agentSleepMs?.min).toBeGreaterThanOrEqual(latencyMs)
  }
  expect(imported.exitCode).toBeOneOf([0, 1, 3, 5])
  const verified = await command('verify', ['--ledger', path])
  expectHolds(verified, run)
  expect(existsSync(join(path, 'sealed.json'))).toBe(false)
  await expectRefused([path, ...records], 2, 'waits for no records')
})

test('a request that comes twice makes the run invalid', async () => {
  const held = await startExport(join(folder, 'twice'), ['--workers', '2', '--blocks', '20', '--sleeps', '0'])
  const other = mkdtempSync(join(folder, 'other-'))
  // The same share from two hosts, at the same time as the other share.
  await Promise.all([
    work(held, 1, folder + '/twice'),
    work(held, 1, other),
    work(held, 2, folder + '/twice'),
  ])
  expect((await held.process).exitCode).toBe(0)
  const imported = await command('import', [
    held.path,
    join(folder, 'twice', 'records-1.jsonl'),
    join(folder, 'twice', 'records-2.jsonl'),
  ])
  expect(imported.exitCode).toBe(5)
  expect(readRun(held.path)).toMatchObject({ outcome: 'invalid' })
  expect(readRun(held.path).reasons.join()).toMatch(/reached the origin 2 times/)
})

test('a request that never comes is not waited for for ever, and the run is invalid', async () => {
  const held = await startExport(join(folder, 'lost'), ['--workers', '2', '--blocks', '4', '--sleeps', '0'])
  // The worker sends it, but the origin is told another number.
  const sender = join(held.folder, 'load', 'request-bytes.mjs')
  const text = readFileSync(sender, 'utf8')
  const astray = text.replace('String(number)', "(number === 5 ? '0.5' : String(number))")
  expect(astray).not.toBe(text)
  writeFileSync(sender, astray)
  await Promise.all([work(held, 1, folder + '/lost'), work(held, 2, folder + '/lost')])
  const ended = await held.process
  expect(ended.exitCode).toBe(0)
  const said = ended.stderr + ended.stdout
  expect(said).toContain('10 s since the last request; share 1: 1 request(s) missing')
  expect(said).toContain('share 1: 1 of its 66 requests never came, the run will be invalid')
  expect(said).toContain(`nothing more comes; when the workers are done: npm run import -- ${held.runId}`)
  const records = [1, 2].map((share) => join(folder, 'lost', `records-${share}.jsonl`))
  const imported = await command('import', [held.path, ...records])
  expect(imported.exitCode).toBe(5)
  expect(readRun(held.path).reasons.join()).toContain('request 5 reached the origin 0 times')
})

test('a worker loads no other host, and no share that is not there', async () => {
  const held = await startExport(join(folder, 'guard'), ['--workers', '1', '--blocks', '4', '--sleeps', '0'])
  const copy = join(folder, 'guard-copy')
  cpSync(held.folder, copy, { recursive: true })
  const share = readShare(copy, 1)
  const elsewhere = share.cases.map((one) => ({ ...one, load: { ...one.load, host: '192.0.2.1' } }))
  writeFileSync(join(copy, 'shares', '2.json'), JSON.stringify({ ...share, share: 2, cases: elsewhere }))
  const copied = { ...held, folder: copy }
  const other = await work(copied, 2, copy)
  expect(other.stderr).toMatch(
    /^spoe-bench: expected a target on loopback, got 192\.0\.2\.1: .*--i-own-this-host\.$/m,
  )
  const missing = await work(copied, 7, copy)
  expect(missing.stderr).toMatch(
    /^spoe-bench: expected SPOE_BENCH_SHARE to be the number of a file in .*, got "7"\.$/m,
  )
  expect([other.exitCode, missing.exitCode]).toEqual([2, 2])
  expect(existsSync(join(copy, 'records-2.jsonl'))).toBe(false)

  held.process.kill('SIGINT')
  expect((await held.process).exitCode).toBe(2)
  const { lines } = readLedger(held.path)
  expect(lines.map((line: LedgerLine) => (line.type === 'end' ? line.reason : line.type))).toEqual([
    'commitment',
    'interrupted',
  ])
  await expectRefused([held.path, join(folder, 'records-1.jsonl')], 2, 'waits for no records')
})
