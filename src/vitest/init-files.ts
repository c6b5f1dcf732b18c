/** What `spoe-bench init` writes, by path in the project. */
export function initFiles(agent: string): ReadonlyMap<string, string> {
  return new Map([
    ['spoe-bench.config.ts', config(agent)],
    ['bench/spoe.bench.ts', bench],
    ['vitest.config.ts', vitestConfig],
    ['.github/workflows/spoe-bench.yml', workflow],
  ])
}

function config(agent: string): string {
  return `import { defineConfig } from 'spoe-bench'

// What \`npx spoe-bench run\` and bench/spoe.bench.ts measure; flags of \`run\` win over it.
export default defineConfig({
  // Started for you, {port} is where its port goes. One that runs already: { address: '127.0.0.1:9000' }.
  agent: ${agent},
  // Your own SPOE file, and a variable that your agent sets for every request: a dead agent looks fast.
  // spoe: { file: 'my.spoe.cfg' },
  // proof: 'txn.my.score',
  // What SPOE and your agent together may add to a request.
  addsAtMost: { ms: 10 },
  blocks: 2000,
})
`
}

const bench = `import { blindTest } from 'spoe-bench'
import 'spoe-bench/vitest'
import { expect, test } from 'vitest'
import options from '../spoe-bench.config.ts'

// The same requests with and without the agent, in random order, blind: half a minute.
test('SPOE and the agent add at most 10 ms to a request', { timeout: 5 * 60_000 }, async ({ signal }) => {
  const result = await blindTest({ ...options, signal })
  expect(result).toAddAtMost({ ms: 10 })
  // The slowest in a hundred: expect(result).toAddAtMost({ ms: 30 }, { statistic: 'p99' })
})
`

const vitestConfig = `import { blindProject } from 'spoe-bench/provider'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { projects: [{ test: blindProject({ include: ['bench/**/*.bench.ts'] }) }] },
})
`

const workflow = `# What do SPOE and the agent add to a request? Within the margin of spoe-bench.config.ts, or the job fails.
#
# Exit codes: 0 within, 1 more, 2 usage or harness, 3 can't tell, 5 a request passed the agent by, or the like.
name: spoe-bench

on:
  pull_request:

permissions:
  contents: read

# A newer push makes an older answer pointless.
concurrency:
  group: spoe-bench-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  run:
    # Pinned: \`ubuntu-latest\` becomes another machine one day.
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v5

      - uses: actions/setup-node@v5
        with:
          node-version: '24'

      - run: npm ci

      # Build your agent here.

      - name: Measure
        run: npx spoe-bench run

      - name: Show the table
        if: always()
        run: |
          if [ -f results/latest/table.txt ]; then
            { echo '\`\`\`'; cat results/latest/table.txt; echo '\`\`\`'; } >> "$GITHUB_STEP_SUMMARY"
          fi

      - name: Keep the records
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: spoe-bench
          path: results/
          if-no-files-found: warn
`
