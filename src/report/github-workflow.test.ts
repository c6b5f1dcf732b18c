import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { expect, test } from 'vitest'
import { gatePlan, gateRecords } from '../trial/gate/testing.ts'
import { renderReports } from './write-reports.ts'

// The syntax is actionlint's to judge (METHODOLOGY.md); what it asks of this package is ours.

const workflow = readFileSync(new URL('../../docs/github-workflow.yml', import.meta.url), 'utf8')
const launcher = fileURLToPath(new URL('../launcher.mjs', import.meta.url))

test('the workflow calls the gate with flags that it has', async () => {
  const [, words = ''] = /npm run gate -- (.*)/.exec(workflow) ?? []
  const flags = words.match(/--[a-z-]+/g) ?? []
  expect(flags).toContain('--base')
  const { stdout } = await execaNode(launcher, ['gate', '--help'], { nodeOptions: [] })
  for (const flag of flags) expect(stdout).toMatch(new RegExp(`^  ${flag}[ =]`, 'm'))
})

test('it comments with a file that a gate writes', async () => {
  const named = [...workflow.matchAll(/results\/latest\/([\w.-]+)/g)].map(([, file]) => file)
  const plan = gatePlan({ agentSleepsMs: [0], blocks: 16, rounds: 2 })
  const { files } = await renderReports(gateRecords(plan, () => 500_000))
  expect(named).toContain('summary.md')
  expect([...files.keys()]).toEqual(expect.arrayContaining(named))
})
