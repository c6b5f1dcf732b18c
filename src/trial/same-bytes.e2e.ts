import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { haproxysAtHand } from '../haproxy/testing.ts'
import type { Plan, PlanCase } from '../record/plan.ts'
import { deriveKey } from '../record/random.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { bootCase, loopback } from './boot-case.ts'
import { testPlan } from './testing/test-plan.ts'
import { type Stack, startStack } from './stack.ts'
import { countRightGuesses, mostByChance, type Sighting } from './testing/guess-arm.ts'

const { binaries, label } = await haproxysAtHand()
const casesPerRelease = 8

/** One request as the load generator sends it, and everything that comes back before the connection is closed. */
async function ask(port: number): Promise<{ sourcePort: number; bytes: Buffer }> {
  const socket = connect({ host: loopback, port, noDelay: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  const sourcePort = socket.localPort ?? 0
  socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request: 00000000\r\nconnection: close\r\n\r\n')
  await new Promise((resolve) => socket.once('close', resolve))
  return { sourcePort, bytes: Buffer.concat(chunks) }
}

describe(`what the load generator gets, ${label}`, () => {
  test('responses of all arms, cases and releases are the same bytes, and ports say nothing of the arm', async () => {
    await using stack = await startStack({ epochNs: process.hrtime.bigint() })
    const responses = new Map<string, string>()
    const sightings: Sighting[] = []
    for (const binary of binaries) {
      const plan = testPlan({
        requests: [10],
        release: binary.release,
      })
      for (let index = 0; index < casesPerRelease; index++) {
        const planCase = plan.cases[index % 2] as PlanCase
        const caseNumber = sightings.length / 3
        const key = caseKey(deriveKey(new Uint8Array(32), `${caseNumber}`), planCase.id)
        const { armOfPort } = allocateBlocks(plan, planCase, key)
        await using booted = await boot(stack, { plan, planCase, key, binary })
        const sorted = booted.ports.toSorted((a, b) => a - b)
        for (const [code, port] of booted.ports.entries()) {
          const { sourcePort, bytes } = await ask(port)
          responses.set(bytes.toString('latin1'), `${binary.version} ${armOfPort[code]}`)
          const figures = [port, port % 2, sorted.indexOf(port), sourcePort % 2, bytes.length]
          sightings.push({ caseNumber, arm: armOfPort[code] as string, figures })
        }
        // The next case starts with what is its own.
        await Promise.all([stack.agent.call('takeRecords'), stack.origin.call('takeRecords')])
      }
    }
    expect([...responses.keys()]).toEqual([
      'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok',
    ])
    expect(sightings).toHaveLength(3 * casesPerRelease * binaries.length)
    expect(countRightGuesses(sightings)).toBeLessThan(mostByChance(sightings.length))
  })
})

async function boot(
  stack: Stack,
  {
    plan,
    planCase,
    key,
    binary,
  }: {
    plan: Plan
    planCase: PlanCase
    key: Uint8Array
    binary: (typeof binaries)[number]
  },
): ReturnType<typeof bootCase> {
  return bootCase({
    caseId: planCase.id,
    allocation: allocateBlocks(plan, planCase, key),
    latencyMs: planCase.latencyMs,
    stack,
    binary,
    nbthread: 1,
    prefix: () => [],
    requestDeadlineMs: plan.requestDeadlineMs,
    warmUpRounds: 0,
    signal: new AbortController().signal,
  })
}
