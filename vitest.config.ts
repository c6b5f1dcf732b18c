import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { isInstalled, projectFolder } from './src/host/project-folder.ts'
import { blindProject, type ProjectOptions } from './src/vitest/blind-project.ts'
import { checkRuntime } from './src/vitest/check-runtime.ts'

checkRuntime()

const ending = isInstalled ? 'js' : 'ts'

// `npx vitest bench` is the blind test; the launcher names the other suites.
const suite = process.env['SPOE_BENCH_SUITE'] ?? 'matrix'

/** Here requests have to be on time, or as fast as can be, or an effect to be seen: nothing runs beside them. */
const alone = [
  'src/agent/soak.e2e.ts',
  'src/exporter/exporter.e2e.ts',
  'src/outage/outage.e2e.ts',
  'src/rates/rates.e2e.ts',
  'src/report/verify-decoy.e2e.ts',
]

const e2e: ProjectOptions = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  benchmark: { include: [] },
}

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
          maxWorkers: '100%',
          // Some start processes, which takes seconds on a busy machine.
          testTimeout: 30_000,
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        // Most of the time they wait, for requests that are sent at a pace or for a turn (src/vitest/testing/launch.ts).
        test: {
          ...e2e,
          name: 'e2e',
          include: ['src/**/*.e2e.ts'],
          exclude: alone,
          globalSetup: ['./src/vitest/testing/share-pack.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...e2e,
          name: 'e2e-alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
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
