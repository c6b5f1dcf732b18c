import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TrialError } from '../trial/trial-error.ts'
import { type AskedRun, type BlindTestOptions, readBlindTestOptions } from './blind-test-options.ts'

const names = ['ts', 'mts', 'js', 'mjs'].map((ending) => `spoe-bench.config.${ending}`)

/** For `spoe-bench.config.ts`: gives its options their types, and changes nothing. */
export function defineConfig(options: BlindTestOptions): BlindTestOptions {
  return options
}

/**
 * What `run` is asked for: by the configuration file, if there is one, and by flags, which win.
 *
 * @param env the launcher's variables; SPOE_BENCH_CWD is where a file is looked for, SPOE_BENCH_CONFIG names one
 * @throws {TrialError} `usage` in one sentence where it can't be loaded or is not as it should be
 */
export async function addConfigFile(env: NodeJS.ProcessEnv): Promise<AskedRun> {
  if (env['SPOE_BENCH_SUITE'] !== 'own') return { env, handler: null }
  const cwd = env['SPOE_BENCH_CWD'] ?? process.cwd()
  const file = findConfig(env['SPOE_BENCH_CONFIG'], cwd)
  if (file === null) return { env, handler: null }
  const folder = dirname(file)
  const asked = readBlindTestOptions(await load(file), basename(file), folder)
  const isAgentNamed = ['SPOE_BENCH_AGENT', 'SPOE_BENCH_AGENT_CMD'].some((name) => env[name] !== undefined)
  if (!isAgentNamed) return { env: { ...asked.env, ...env, SPOE_BENCH_CWD: folder }, handler: asked.handler }
  const { SPOE_BENCH_AGENT: _address, SPOE_BENCH_AGENT_CMD: _command, ...others } = asked.env
  return { env: { ...others, ...env }, handler: null }
}

function findConfig(named: string | undefined, cwd: string): string | null {
  if (named === undefined) {
    return names.map((name) => resolve(cwd, name)).find((file) => existsSync(file)) ?? null
  }
  const file = resolve(cwd, named)
  if (existsSync(file)) return file
  throw new TrialError('usage', `Expected --config to be a file that is there, got ${named}.`)
}

async function load(file: string): Promise<unknown> {
  try {
    const { default: options } = (await import(pathToFileURL(file).href)) as { default?: unknown }
    return options
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new TrialError('usage', `Expected ${basename(file)} to be a module that loads; ${said}`, { cause })
  }
}
