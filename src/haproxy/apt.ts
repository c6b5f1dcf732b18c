/** The host's apt client on a state of its own: it reads the host's configuration and changes nothing of it. */
import { execa } from 'execa'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { parseDeb822Sources, parseOneLineSources, renderSources, type AptSource } from './apt-sources.ts'
import { HaproxyError } from './haproxy-error.ts'
import { parsePackages, type DebPackage } from './deb-packages.ts'

export interface AptContext {
  readonly env: NodeJS.ProcessEnv
  readonly cancelSignal?: AbortSignal | undefined
}

export interface HostApt {
  /** Debian's name for it, such as `amd64`. */
  readonly architecture: string
  readonly sources: readonly AptSource[]
}

/** Null where the host has no apt. */
export async function readHostApt(context: AptContext): Promise<HostApt | null> {
  const names = [
    'architecture APT::Architecture',
    'list Dir::Etc::sourcelist/f',
    'parts Dir::Etc::sourceparts/d',
  ]
  const shell = await run('apt-config', ['shell', ...names.flatMap((pair) => pair.split(' '))], context)
  const dpkg = await run('dpkg-deb', ['--version'], context)
  if (shell.exitCode !== 0 || dpkg.exitCode !== 0) return null
  const value = (name: string): string => new RegExp(`^${name}='(.*)'$`, 'm').exec(shell.stdout)?.[1] ?? ''
  const parts = value('parts')
  const inParts = await readdir(parts).catch(() => [])
  const files = [value('list'), ...inParts.map((name) => join(parts, name))]
  const sources: AptSource[] = []
  for (const file of files) {
    const parse = { '.sources': parseDeb822Sources, '.list': parseOneLineSources }[extname(file)]
    // A file that this user may not read is not his apt's either.
    if (parse !== undefined) sources.push(...parse(await readFile(file, 'utf8').catch(() => '')))
  }
  return { architecture: value('architecture'), sources }
}

/** apt with its own sources, lists, cache and (empty) status under `dir`. */
export class PrivateApt {
  readonly #dir: string
  readonly #context: AptContext
  readonly #configPath: string

  private constructor(dir: string, context: AptContext) {
    this.#dir = dir
    this.#context = context
    this.#configPath = join(dir, 'apt.conf')
  }

  static async create(dir: string, context: AptContext): Promise<PrivateApt> {
    for (const folder of ['lists/partial', 'cache/archives/partial', 'log', 'sources', 'debs']) {
      await mkdir(join(dir, folder), { recursive: true })
    }
    const apt = new PrivateApt(dir, context)
    await writeFile(join(dir, 'status'), '')
    await writeFile(apt.#configPath, privateConfig(dir))
    return apt
  }

  /** Fetches the package lists of these sources. @throws HaproxyError DOWNLOAD_FAILED */
  async update(sources: readonly AptSource[]): Promise<void> {
    await writeFile(join(this.#dir, 'sources', 'haproxy.sources'), renderSources(sources))
    // Without this apt takes a mirror that did not answer for one with nothing new.
    await this.#apt('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any'])
  }

  /** Package versions in the lists, newest first. */
  async versions(name: string): Promise<string[]> {
    const { stdout } = await this.#apt('apt-cache', ['madison', name])
    return stdout.split('\n').flatMap((line) => {
      const [, version] = line.split('|').map((field) => field.trim())
      return version === undefined ? [] : [version]
    })
  }

  /** What the signed lists say of these (`name` or `name=version`); names that they lack are left out. */
  async show(names: readonly string[]): Promise<DebPackage[]> {
    const args = ['-c', this.#configPath, 'show', '--no-all-versions', ...names]
    return parsePackages((await run('apt-cache', args, this.#context)).stdout)
  }

  /** Downloads to a folder, whose path it returns; apt checks each file against the signed lists. */
  async download(packages: readonly DebPackage[]): Promise<string> {
    const folder = join(this.#dir, 'debs')
    const exact = packages.map(({ name, version }) => `${name}=${version}`)
    await this.#apt('apt-get', ['download', '-q', ...exact], folder)
    return folder
  }

  async #apt(command: string, args: readonly string[], cwd = this.#dir): ReturnType<typeof run> {
    const result = await run(command, ['-c', this.#configPath, ...args], this.#context, cwd)
    if (result.exitCode !== 0) {
      // The first error is the reason, the rest its consequences.
      const said = /^E: (.*)$/m.exec(result.stderr)?.[1] ?? (result.stderr.trim() || result.problem)
      const message = `expected ${command} ${args[0]} to work, and it said: ${said}`
      throw new HaproxyError('DOWNLOAD_FAILED', message, { cause: result.stderr })
    }
    return result
  }
}

function privateConfig(dir: string): string {
  const settings: Record<string, string> = {
    // As root apt would drop to a user who may not write here.
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': join(dir, 'sources'),
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State': dir,
    'Dir::State::Lists': join(dir, 'lists'),
    'Dir::State::status': join(dir, 'status'),
    'Dir::Cache': join(dir, 'cache'),
    // Images for containers turn these off, and every command then parses all lists anew.
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'Dir::Cache::srcpkgcache': 'srcpkgcache.bin',
    'Dir::Log': join(dir, 'log'),
  }
  return [
    // The host's hooks work on the host's own state.
    '#clear APT::Update;',
    '#clear DPkg;',
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    '',
  ].join('\n')
}

interface RunResult {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Why it did not run, where it did not. */
  readonly problem: string
}

async function run(
  file: string,
  args: readonly string[],
  { env, cancelSignal }: AptContext,
  cwd?: string,
): Promise<RunResult> {
  const result = await execa(file, args, {
    reject: false,
    stdin: 'ignore',
    env: { ...env, LC_ALL: 'C' },
    extendEnv: false,
    timeout: 300_000,
    ...(cwd === undefined ? {} : { cwd }),
    ...(cancelSignal === undefined ? {} : { cancelSignal }),
  })
  const { exitCode, stdout, stderr } = result
  return { exitCode, stdout, stderr, problem: result.originalMessage ?? result.shortMessage ?? '' }
}
