/** Has HAProxy check a configuration, and says what is wrong in the words of whose file it is. */
import { execa } from 'execa'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { HaproxyBinary } from './binary.ts'
import { renderHaproxyConfig, type HaproxyConfigOptions } from './config.ts'
import { HaproxyError } from './haproxy-error.ts'
import type { UserConfig } from './user-config.ts'

/** The first alert that names a place, `[/path/x.cfg:12] : text`, or the first of all. Pure. */
export function findAlert(stderr: string): { file: string; line: number; text: string } | string {
  const alerts = stderr
    .split('\n')
    .filter((line) => line.startsWith('[ALERT]'))
    .map((line) => line.replace(/^\[ALERT\]\s+\(\d+\)\s*:\s*(?:config\s*:\s*)?/, ''))
  for (const alert of alerts) {
    const { file, line, text } =
      /\[(?<file>[^\]]+):(?<line>\d+)\]\s*:?\s*(?<text>.*)$/.exec(alert)?.groups ?? {}
    if (file !== undefined) return { file, line: Number(line), text: text ?? '' }
  }
  return alerts[0] ?? stderr.trim()
}

export interface CheckOptions {
  readonly binary: HaproxyBinary
  readonly user: UserConfig
  /** The file that his rules were read from, for messages; null where there are none. */
  readonly rulesFile: string | null
}

/**
 * `haproxy -c` on what a run with the user's files would boot.
 *
 * @throws HaproxyError USER_CONFIG with HAProxy's own sentence, the file, the line and what stands there
 */
export async function checkWithHaproxy({ binary, user, rulesFile }: CheckOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `spoe-bench-${process.pid}-`))
  try {
    const path = join(folder, 'haproxy.cfg')
    const { haproxyCfg } = renderHaproxyConfig(optionsFor(binary, user, folder))
    await writeFile(path, haproxyCfg)
    const { exitCode, stderr } = await execa(binary.path, ['-c', '-f', path], {
      reject: false,
      stdin: 'ignore',
    })
    if (exitCode === 0) return
    throw new HaproxyError(
      'USER_CONFIG',
      `Expected HAProxy ${binary.version} to take your configuration; ${await describeAlert(stderr, { path, haproxyCfg, rulesFile, user })}`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Ports do not matter: `-c` binds none. */
function optionsFor(binary: HaproxyBinary, user: UserConfig, folder: string): HaproxyConfigOptions {
  return {
    release: binary.release,
    arms: [
      { name: 'port-0', port: 20_000, offload: true },
      { name: 'port-1', port: 20_001, offload: false },
    ],
    agentAddress: { host: '127.0.0.1', port: 20_002 },
    originAddress: { host: '127.0.0.1', port: 20_003 },
    exporterPort: 20_004,
    paths: { statsSocket: join(folder, 'stats.sock'), spoeConf: join(folder, 'spoe.conf') },
    user,
  }
}

interface Rendered {
  readonly path: string
  readonly haproxyCfg: string
  readonly rulesFile: string | null
  readonly user: UserConfig
}

async function describeAlert(
  stderr: string,
  { path, haproxyCfg, rulesFile, user }: Rendered,
): Promise<string> {
  const alert = findAlert(stderr)
  if (typeof alert === 'string') return `it says: ${alert}`
  if (alert.file !== path) {
    const lines = (await readFile(alert.file, 'utf8').catch(() => '')).split('\n')
    return placed(alert.file, alert.line, lines[alert.line - 1] ?? '', alert.text)
  }
  const text = haproxyCfg.split('\n')[alert.line - 1]?.trim() ?? ''
  const place = user.rules.findIndex((rule) => rule.trim() === text)
  if (rulesFile === null || place === -1) return `in "${text}" of what is made of it: ${alert.text}`
  return placed(rulesFile, place + 1, text, alert.text)
}

function placed(file: string, line: number, content: string, text: string): string {
  return `${basename(file)}, line ${line}: ${text}\n    ${line} | ${content.trim()}`
}
