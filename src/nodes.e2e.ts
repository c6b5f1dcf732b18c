import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleAgents } from './agent/testing/examples.ts'
import { installProject, type InstalledProject, waysIn } from './vitest/testing/installed-project.ts'

// The package on other Nodes than ours. It downloads them (npm packages, 190 MB each), so it runs where it is asked for:
// SPOE_BENCH_NODES=22.18.0,24.21.0,26.8.1 npm test -- --project e2e src/nodes.e2e.ts

const versions = (process.env['SPOE_BENCH_NODES'] ?? '').split(',').filter((version) => version !== '')
const agents = exampleAgents().filter(({ command }) => command !== null)
const cases = Object.keys(waysIn).flatMap((way) =>
  agents.map(({ label, command }) => ({ way: way as keyof typeof waysIn, label, command: command ?? '' })),
)

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spoe-bench-nodes-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The folder of a Node's program. */
async function fetchNode(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`
  const prefix = join(folder, version)
  await execa('npm', ['install', '--prefix', prefix, '--no-audit', '--no-fund', `${name}@${version}`])
  return join(prefix, 'node_modules', name, 'bin')
}

const isAsked = versions.length > 0

describe.skipIf(!isAsked).for(isAsked ? versions : ['none'])('Node %s', (version) => {
  let project: InstalledProject

  beforeAll(async () => {
    project = await installProject(await fetchNode(version))
  }, 300_000)
  afterAll(() => project[Symbol.dispose]())

  test.for(cases)('$label, measured by way of $way', async ({ way, command }) => {
    const ended = await waysIn[way](project, command)
    expect(ended).toMatchObject({ exitCode: expect.toBeOneOf(way === 'library' ? [0, 1] : [0, 3, 5]) })
    const run = project.readLatest()
    expect(run).toMatchObject({
      agent: { from: command },
      host: { node: `v${version}` },
      latencies: [{ blocks: 20 }],
    })
    expect(run.cases.flatMap(({ faults }) => faults)).toEqual([])
  })
})
