import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { type HaproxyBinary, provisionHaproxy } from '../haproxy/provision.ts'
import { provisionReleases } from '../haproxy/provision-releases.ts'
import { sayHello } from '../agent/say-hello.ts'
import { takeFingerprint } from '../host/fingerprint.ts'
import { type KeepAwake, readAllowedCores, startKeepAwake } from '../host/keep-awake.ts'
import { acquireRunLock } from '../host/run-lock.ts'
import { sweepStale } from '../host/sweep.ts'
import type { Host } from '../record/host.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { TrialError } from '../trial/trial-error.ts'
import { parseCount, parsePeers } from '../trial/peers/peer.ts'
import { parseRatesSizes } from '../rates/options.ts'
import { parseReleases, parseVersionsSizes } from '../trial/versions/options.ts'
import { readExportOptions } from './export-options.ts'
import { readGate } from './gate-options.ts'
import { handleSignals } from './interrupt.ts'
import { listenForProgress } from './progress-channel.ts'
import { createProgressView } from './progress-view.ts'
import { readOwnOptions } from './own-options.ts'
import { setUpOwn } from './own-setup.ts'
import type { RunContext } from './run-context.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const suitesOfReleases = ['exporter', 'outage', 'versions']
const measuredPackages = ['vitest', 'tinybench', 'execa', 'get-port']

/**
 * Everything that a run needs before the first bench file is loaded: HAProxy, a machine of its own, kept
 * awake where that works. In globalSetup, so that `npx vitest bench` does the same as the launcher.
 * What is wrong with the host is said in one sentence, and the exit code is 2.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!project.config.benchmark.enabled) return undefined
  const held = createCleanup()
  const abort = new AbortController()
  held.defer(handleSignals(project.vitest, abort))
  try {
    const env = process.env
    const peers = await readPeers(env)
    const versions = parseVersionsSizes(env)
    const rates = parseRatesSizes(env)
    const ownOptions = readOwnOptions(env)
    const exported = readExportOptions(env)
    const gate = await readGate(env, join(root, '.cache', 'gate'))
    const releases = parseReleases(env['SPOE_BENCH_RELEASES'])
    held.use(
      await acquireRunLock({
        wait: env['SPOE_BENCH_NO_WAIT'] === undefined,
        onWait: (holder) => console.error(`waiting for another timing run on this machine: ${holder}`),
        signal: abort.signal,
      }),
    )
    for (const item of await sweepStale()) console.error(`swept what a dead run left: ${item}`)
    const binaries = await provision(env, releases, abort.signal)
    // The newest, where there are several.
    const binary = binaries.at(-1) as HaproxyBinary
    const cores = readAllowedCores()
    const fingerprint = await takeFingerprint()
    const awake = env['SPOE_BENCH_AS_IS'] === undefined ? held.use(await startKeepAwake()) : undefined
    const view = createProgressView()
    held.defer(() => view.end())
    const channel = held.use(await listenForProgress((event) => view.show(event)))
    const host: Host = {
      schema: 'spoe-bench/host/1',
      fingerprint: { ...fingerprint },
      haproxy: { version: binary.version, source: binary.source, buildHash: binary.buildHash, nbthread: 1 },
      node: process.version,
      packages: Object.fromEntries(measuredPackages.map((name) => [name, versionOf(name)])),
      keepAwake: describeKeepAwake(awake),
    }
    const startedAt = new Date().toISOString()
    const runId =
      env['SPOE_BENCH_RUN_ID'] ?? `${startedAt.replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`
    const own =
      ownOptions === null
        ? null
        : await setUpOwn(ownOptions, {
            binary,
            core: awake?.nodeCore ?? null,
            filesPath: join(root, 'results', 'agents', runId),
            cleanup: held,
            signal: abort.signal,
            onEnd(sentence) {
              view.line(`spoe-bench: ${sentence}`)
              abort.abort()
              void project.vitest.cancelCurrentRun('keyboard-input')
            },
          })
    const haproxys = binaries.map(({ version, source }) => `${version} (${source})`).join(', ')
    view.line(`HAProxy ${haproxys}, Node ${process.version}, ${describeMode(host)}`)
    project.provide('spoeBench', {
      runId,
      startedAt,
      resultsDir: join(root, 'results'),
      binary,
      binaries,
      host,
      mode: host.keepAwake.mode,
      spinnerPids: awake?.pids ?? [],
      cores,
      progressPort: channel.port,
      isUnblinded: env['SPOE_BENCH_PEEK'] !== undefined,
      isSeedExact: env['SPOE_BENCH_SEED_EXACT'] !== undefined,
      peers,
      own,
      exported,
      gate,
      versions,
      rates,
    })
  } catch (error) {
    await held.dispose()
    console.error(`spoe-bench: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(2)
  }
  return () => held.dispose()
}

/** The release that was asked for or any; every release for the suites that compare them. */
async function provision(
  env: NodeJS.ProcessEnv,
  releases: readonly string[] | null,
  cancelSignal: AbortSignal,
): Promise<readonly HaproxyBinary[]> {
  const { SPOE_BENCH_HAPROXY: release, SPOE_BENCH_SUITE: suite } = env
  const options = {
    cacheDir: join(root, '.cache', 'haproxy'),
    env,
    cancelSignal,
    onProgress: (line: string) => console.error(line),
  }
  if (release !== undefined) return [await provisionHaproxy({ ...options, release })]
  // One release takes minutes there: several are asked for by name.
  const isAsked = suite === 'rates' && releases !== null
  return isAsked || (suite !== undefined && suitesOfReleases.includes(suite))
    ? provisionReleases({ ...options, ...(releases === null ? {} : { releases }) })
    : [await provisionHaproxy(options)]
}

/** Who speaks no SPOP is found out before anything is measured. */
async function readPeers(env: NodeJS.ProcessEnv): Promise<RunContext['peers']> {
  const peers = {
    list: parsePeers(env['SPOE_BENCH_PEERS'] ?? ''),
    blocks: parseCount('blocks', env['SPOE_BENCH_BLOCKS'], 1500),
    rounds: parseCount('rounds', env['SPOE_BENCH_ROUNDS'], 8),
    roundMs: parseCount('round-ms', env['SPOE_BENCH_ROUND_MS'], 2000),
  }
  if (env['SPOE_BENCH_SUITE'] === 'peers' && peers.list.length === 0) {
    throw new TrialError(
      'usage',
      'Expected an agent to measure beside ours: --peer name=host:port, got none.',
    )
  }
  for (const { host, port } of peers.list) await sayHello(host, port)
  return peers
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string
  }
  return manifest.version
}

function describeKeepAwake(awake: KeepAwake | undefined): Host['keepAwake'] {
  return {
    mode: awake?.mode ?? 'as-is',
    reason: awake?.reason ?? null,
    haproxyCore: awake?.haproxyCore ?? null,
    nodeCore: awake?.nodeCore ?? null,
  }
}

function describeMode({ keepAwake }: Host): string {
  if (keepAwake.mode === 'awake') return 'the machine is kept awake'
  return keepAwake.reason === null
    ? 'the machine is left as is'
    : `the machine is left as is: ${keepAwake.reason}`
}
