import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkIntervalMs, type OutageArmName } from '../haproxy/outage-config.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import type { FateCounts, OutageArm, OutageCell } from '../record/outage.ts'
import { startStack, type Stack } from '../trial/stack.ts'
import { type CellOptions, measureOutage } from './measure-cell.ts'
import { type OutageName, outages } from './outages.ts'
import { planOutages } from './plan-outages.ts'
import { openOutages } from './sealed-outages.ts'
import { testHost } from './testing.ts'
import { verifyOutages } from './verify-outages.ts'
import { writeOutages } from './write-outages.ts'

// What becomes of requests, on one release. How long they wait is the bench's affair.

const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1)!
const design = {
  intervalMs: 3,
  beforeMs: 200,
  outageMs: 700,
  afterMs: 700,
  lateMs: 400,
  checkIntervalMs,
  level: 0.95,
}
const plan = planOutages({
  runId: 'a-run',
  startedAt: '2026-01-01T00:00:00.000Z',
  design,
  haproxys: [binary],
})
let stack: Stack

beforeAll(async () => {
  stack = await startStack({ epochNs: process.hrtime.bigint() })
})
afterAll(() => stack[Symbol.asyncDispose]())

/** Measures a row in a run of its own, which has to hold afterwards. */
async function endure(
  name: OutageName,
  signal: AbortSignal,
  prefix: CellOptions['prefix'] = () => [],
): Promise<OutageCell> {
  const outage = outages.find((one) => one.name === name)!
  const row = plan.rows.find((planned) => planned.outage === name)!
  const resultsDir = mkdtempSync(join(tmpdir(), 'outage-'))
  try {
    const { version, source, buildHash } = binary
    const sealed = openOutages({
      resultsDir,
      plan: { ...plan, rows: [row] },
      host: testHost,
      haproxys: [{ version, source, buildHash }],
      seed: randomBytes(32),
    })
    const measure = (key: Uint8Array): ReturnType<typeof measureOutage> =>
      measureOutage({ outage, design, binary, stack, key, nbthread: 1, prefix, signal })
    try {
      return await sealed.run(row, measure, signal)
    } finally {
      const record = sealed.end()
      writeOutages(resultsDir, record)
      const { fault, outcome } = verifyOutages(sealed.path, {
        hasLedger: true,
        commitment: sealed.commitment,
      })
      expect({ fault, outcome }).toEqual({ fault: null, outcome: record.outcome })
    }
  } finally {
    rmSync(resultsDir, { recursive: true })
  }
}

function armOf({ arms }: OutageCell, name: OutageArmName): OutageArm {
  return arms.find(({ arm }) => arm === name)!
}

const lost = ({ unchecked, rejected }: FateCounts): number => unchecked + rejected

describe(`HAProxy ${binary.version}`, () => {
  test.for(['closing', 'killed', 'marked down'] as const)(
    '%s: all pass as it is, none where the hole is closed',
    async (name, { signal }) => {
      const cell = await endure(name, signal)
      const pass = armOf(cell, 'pass')
      expect(pass.during).toMatchObject({ checked: 0, rejected: 0, failed: 0 })
      expect(pass.during.unchecked).toBeGreaterThan(10)
      for (const closed of ['deny-on-error', 'deny-without-verdict'] as const) {
        const { during, whole } = armOf(cell, closed)
        expect(during).toMatchObject({ checked: 0, unchecked: 0, failed: 0 })
        // Those that met the edges of the outage as well.
        expect(whole.unchecked).toBe(0)
      }
      for (const { whole, recoveryMs } of cell.arms) {
        expect(whole.checked).toBeGreaterThan(0)
        expect(recoveryMs).not.toBeNull()
      }
    },
  )

  test('no verdict: HAProxy notices no error, so only a rule on the verdict closes the hole', async ({
    signal,
  }) => {
    const cell = await endure('no verdict', signal)
    expect(armOf(cell, 'pass')).toMatchObject({ during: { checked: 0, rejected: 0 }, errors: {} })
    expect(armOf(cell, 'deny-on-error').during).toMatchObject({ checked: 0, rejected: 0 })
    expect(lost(armOf(cell, 'deny-on-error').during)).toBeGreaterThan(10)
    expect(armOf(cell, 'deny-without-verdict').whole.unchecked).toBe(0)
  })

  test('hung on some: each message for itself', async ({ signal }) => {
    const cell = await endure('hung on some', signal)
    for (const { during } of cell.arms) {
      expect(during.checked).toBeGreaterThan(0)
      expect(lost(during)).toBeGreaterThan(0)
    }
    expect(armOf(cell, 'deny-on-error').whole.unchecked).toBe(0)
    expect(Object.keys(armOf(cell, 'pass').errors)).toEqual(['1'])
  })

  test('killed, and its port is taken meanwhile: what was wrong, and where everything stood', async ({
    signal,
  }) => {
    let squatter: Promise<Squatter> | undefined
    const cell = endure('killed', signal, (dir) => {
      const config = readFileSync(join(dir, 'haproxy.cfg'), 'utf8')
      squatter = squat(Number(/ server agent \S+:(\d+)/.exec(config)?.[1]))
      return []
    })
    const port = String.raw`on port \d+ listens process ${process.pid}`
    await expect(cell).rejects.toThrow(
      new RegExp(
        `ended with code 1; it said: .*EADDRINUSE.*\\(bringing the agent back; process .*; ${port}; HAProxy says agents-`,
        's',
      ),
    )
    await (await squatter)?.close()
  })
})

interface Squatter {
  close(): Promise<void>
}

/** Waits for a port to be free, and takes it. */
async function squat(port: number): Promise<Squatter> {
  const server = createServer((socket) => socket.on('error', () => {}).resume())
  for (;;) {
    try {
      await once(server.listen({ port, host: '127.0.0.1' }), 'listening')
      break
    } catch {
      await delay(2)
    }
  }
  return {
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
