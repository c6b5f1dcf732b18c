import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { join } from 'node:path'
import { type HaproxyBinary, provisionHaproxy } from '../haproxy/provision.ts'
import { provisionReleases } from '../haproxy/provision-releases.ts'
import type { NotifyHandler } from '../agent/options.ts'
import { sayHello } from '../agent/say-hello.ts'
import { askOrigin } from '../origin/ask-origin.ts'
import { takeFingerprint } from '../host/fingerprint.ts'
import { type KeepAwake, readAllowedCores, startKeepAwake } from '../host/keep-awake.ts'
import { projectFolder } from '../host/project-folder.ts'
import { acquireRunLock } from '../host/run-lock.ts'
import { sweepStale } from '../host/sweep.ts'
import type { Host } from '../record/host.ts'
import type { Cleanup } from '../trial/cleanup.ts'
import { TrialError } from '../trial/trial-error.ts'
import { parseCount, parsePeers } from '../trial/peers/peer.ts'
import { expectTime, parseRatesSizes } from '../rates/options.ts'
import { parseVersionsSizes } from '../trial/versions/options.ts'
import { chooseHaproxys, type HaproxyChoice } from './choose-haproxys.ts'
import { readExportOptions } from './export-options.ts'
import { readGate } from './gate-options.ts'
import { setUpGate } from './gate-setup.ts'
import { listenForProgress } from './progress-channel.ts'
import { createProgressView } from './progress-view.ts'
import { readOwnOptions } from './own-options.ts'
import { setUpOwn } from './own-setup.ts'
import type { RunContext } from './run-context.ts'

const measuredPackages = ['vitest', 'tinybench', 'execa', 'get-port']

export const resultsDir = join(projectFolder, 'results')

export interface Preparation {
  /** The variables of the launcher. */
  readonly env: NodeJS.ProcessEnv
  /** What is up is taken down by it. */
  readonly cleanup: Cleanup
  readonly signal: AbortSignal
  /** The user's agent ended by itself: in one sentence, how, and its last words. */
  readonly onAgentEnd: (sentence: string) => void
  /** The user's agent, where it is a function: it is served in this process. */
  readonly handler?: NotifyHandler | null
}

/**
 * Everything that a run needs before anything is measured: HAProxy, a machine of its own, kept awake where that
 * works, and the agents that were named.
 *
 * @throws {Error} what is wrong with the host or the options, in one sentence for the user
 */
export async function prepareRun(preparation: Preparation): Promise<RunContext> {
  const { env, cleanup, signal, onAgentEnd, handler = null } = preparation
  const peers = await readPeers(env)
  const versions = parseVersionsSizes(env)
  const rates = parseRatesSizes(env)
  if (env['SPOE_BENCH_SUITE'] === 'rates') expectTime(rates)
  const ownOptions = readOwnOptions(env, handler)
  const origin = ownOptions?.origin ?? null
  if (origin !== null) await askOrigin(origin.host, origin.port)
  const exported = readExportOptions(env)
  const gateOptions = await readGate(env, join(projectFolder, '.cache', 'gate'))
  const choice = chooseHaproxys(env)
  cleanup.use(
    await acquireRunLock({
      wait: env['SPOE_BENCH_NO_WAIT'] === undefined,
      onWait: (holder) => console.error(`waiting for another timing run on this machine: ${holder}`),
      signal,
    }),
  )
  for (const item of await sweepStale()) console.error(`swept what a dead run left: ${item}`)
  const binaries = await provision(env, choice, signal)
  // The newest, where there are several.
  const binary = binaries.at(-1) as HaproxyBinary
  const cores = readAllowedCores()
  const fingerprint = await takeFingerprint()
  // Under load cores do not sleep, and spinners make the load generator late (METHODOLOGY.md).
  const isAsIs = env['SPOE_BENCH_AS_IS'] !== undefined || env['SPOE_BENCH_SUITE'] === 'rates'
  const awake = isAsIs ? undefined : cleanup.use(await startKeepAwake())
  const view = createProgressView()
  cleanup.defer(() => view.end())
  const channel = cleanup.use(await listenForProgress((event) => view.show(event)))
  const host: Host = {
    schema: 'spoe-bench/host/1',
    fingerprint: { ...fingerprint },
    haproxy: { version: binary.version, source: binary.source, buildHash: binary.buildHash, nbthread: 1 },
    node: process.version,
    packages: Object.fromEntries(measuredPackages.map((name) => [name, versionOf(name)])),
    keepAwake: describeKeepAwake(awake),
  }
  const startedAt = new Date().toISOString()
  const runId = env['SPOE_BENCH_RUN_ID'] ?? newRunId(startedAt)
  const filesPath = join(resultsDir, 'agents', runId)
  const gate = gateOptions === null ? null : await setUpGate(gateOptions, binary, filesPath)
  const own =
    ownOptions === null
      ? null
      : await setUpOwn(ownOptions, {
          binary,
          core: awake?.nodeCore ?? null,
          filesPath,
          cleanup,
          signal,
          onEnd(sentence) {
            view.line(`spoe-bench: ${sentence}`)
            onAgentEnd(sentence)
          },
        })
  const haproxys = binaries.map(({ version, source }) => `${version} (${source})`).join(', ')
  view.line(`HAProxy ${haproxys}, Node ${process.version}, ${describeMode(host)}`)
  return {
    runId,
    startedAt,
    resultsDir,
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
  }
}

/** Sorts by time; the tail keeps two runs of one second apart. */
export function newRunId(startedAt: string): string {
  return `${startedAt.replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`
}

async function provision(
  env: NodeJS.ProcessEnv,
  choice: HaproxyChoice,
  cancelSignal: AbortSignal,
): Promise<readonly HaproxyBinary[]> {
  const options = {
    cacheDir: join(projectFolder, '.cache', 'haproxy'),
    env,
    cancelSignal,
    onProgress: (line: string) => console.error(line),
  }
  if (!('releases' in choice)) return [await provisionHaproxy({ ...options, ...choice })]
  const { releases } = choice
  return provisionReleases({ ...options, ...(releases === null ? {} : { releases }) })
}

/**
 * With 1,500 the interval at 0.2 ms each way was 0.16 round trips wide, four fifths of what it is held against
 * (METHODOLOGY.md).
 */
const distanceBlocks = 4000

/** Who speaks no SPOP is found out before anything is measured. */
async function readPeers(env: NodeJS.ProcessEnv): Promise<RunContext['peers']> {
  const suite = env['SPOE_BENCH_SUITE']
  const peers = {
    list: parsePeers(env['SPOE_BENCH_PEERS'] ?? ''),
    blocks: parseCount('blocks', env['SPOE_BENCH_BLOCKS'], suite === 'distance' ? distanceBlocks : 1500),
    rounds: parseCount('rounds', env['SPOE_BENCH_ROUNDS'], 8),
    roundMs: parseCount('round-ms', env['SPOE_BENCH_ROUND_MS'], 2000),
  }
  if (suite === 'peers' && peers.list.length === 0) {
    throw new TrialError(
      'usage',
      'Expected an agent to measure beside ours: --peer name=host:port, got none.',
    )
  }
  for (const { host, port } of peers.list) await sayHello(host, port)
  return peers
}

function versionOf(name: string): string {
  const file = findPackageJSON(name, import.meta.url)
  if (file === undefined) throw new Error(`Expected the package ${name} to be installed: npm ci.`)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
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
