import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { isInstalled, projectFolder } from './src/host/project-folder.ts'
import { blindProject } from './src/vitest/blind-project.ts'
import { checkRuntime } from './src/vitest/check-runtime.ts'

checkRuntime()

const ending = isInstalled ? 'js' : 'ts'

// `npx vitest bench` is the blind test; the launcher names the other suites.
const suite = process.env['SPOE_BENCH_SUITE'] ?? 'matrix'

const junitFile = process.env['SPOE_BENCH_JUNIT']
const benchReporters = [
  `./src/vitest/reporter.${ending}`,
  ...(junitFile === undefined || junitFile === '' ? [] : [`./src/vitest/junit-reporter.${ending}`]),
]

// node_modules may belong to somebody else, and lasts no longer than the next install.
const cache = join(projectFolder, '.cache', 'vite')

export default defineConfig({
  ...(isInstalled ? { cacheDir: cache } : {}),
  test: {
    ...(isInstalled ? { fsModuleCachePath: join(cache, 'modules') } : {}),
    // Node strips the types itself: no getters around exports, no transform in a timed path.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    watch: false,
    projects: [
      {
        extends: true,
        // Starting a process for each of so many small files takes longer than the tests.
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          isolate: false,
          // Some start processes, which takes seconds on a busy machine.
          testTimeout: 30_000,
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['src/**/*.e2e.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each boots HAProxy; two at a time would only slow each other down.
          fileParallelism: false,
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: blindProject({ include: suite === 'agent' ? [] : [`bench/${suite}.bench.${ending}`] }),
      },
      {
        extends: true,
        // Codec and agent alone: there is no HAProxy to set up.
        test: {
          name: 'agent',
          include: [],
          testTimeout: 5 * 60_000,
          retry: 0,
          benchmark: { include: suite === 'agent' ? ['bench/agent.bench.ts'] : [] },
        },
      },
    ],
    ...(process.argv.includes('bench') ? { reporters: benchReporters } : {}),
  },
})
