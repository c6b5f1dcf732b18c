/** The host's own apt sources: both formats of sources.list(5), and the entries of a release's suites. Pure. */

export interface AptSource {
  readonly uri: string
  readonly suite: string
  readonly components: readonly string[]
  /** Fields that say whom to trust (deb822 names), copied to what is derived from this entry. */
  readonly trust: Readonly<Record<string, string>>
}

const trustFields = ['signed-by', 'trusted', 'check-valid-until']

/** `deb [option=value ...] uri suite component ...`, one per line. */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line)
    if (match === null) return []
    const [, options = '', uri = '', suite = '', components = ''] = match
    const fields = options.split(/\s+/).flatMap((option) => {
      const equals = option.indexOf('=')
      const name = option.slice(0, equals).toLowerCase()
      const value = option.slice(equals + 1).replaceAll(',', ' ')
      return trustFields.includes(name) ? [[name, value] as const] : []
    })
    return [{ uri, suite, components: words(components), trust: Object.fromEntries(fields) }]
  })
}

/** deb822 stanzas: `Types`, `URIs`, `Suites`, `Components`, and perhaps a key inside `Signed-By`. */
export function parseDeb822Sources(text: string): AptSource[] {
  const withoutComments = text.replaceAll(/^#.*\n?/gm, '')
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>()
    for (const [, name = '', value = ''] of stanza.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)) {
      fields.set(name.toLowerCase(), value)
    }
    const list = (name: string): string[] => words(fields.get(name) ?? '')
    if (!list('types').includes('deb') || /^(?:no|false|0)$/i.test(fields.get('enabled') ?? '')) return []
    const trust = Object.fromEntries(
      trustFields.flatMap((name) => {
        const value = fields.get(name)
        return value === undefined ? [] : [[name, value] as const]
      }),
    )
    const components = list('components')
    return list('uris').flatMap((uri) => list('suites').map((suite) => ({ uri, suite, components, trust })))
  })
}

/** What /etc/os-release says of the host. */
export interface Distribution {
  /** `debian`, `ubuntu`. */
  readonly id: string
  /** `bookworm`; '' where there is none. */
  readonly codename: string
}

export function parseOsRelease(text: string): Distribution {
  const value = (name: string): string => new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? ''
  return { id: value('ID'), codename: value('VERSION_CODENAME') }
}

/**
 * Sources for `suites` from the entries that carry the host's own main component: lists to try in turn, the
 * likeliest mirror first. A `-security` suite comes from the host's security entry; a list without it
 * follows, for a mirror may lack it. Empty where the host is not Debian: then its mirror has no such suites.
 */
export function deriveSources(
  sources: readonly AptSource[],
  { id, codename }: Distribution,
  suites: readonly string[],
): AptSource[][] {
  if (id !== 'debian' || suites.length === 0) return []
  const own = [codename, 'stable', 'oldstable', 'testing', 'unstable', 'sid']
  const carriesMain = sources.filter(({ components }) => components.includes('main'))
  const mains = carriesMain
    .filter(({ suite }) => own.includes(suite))
    .toSorted((a, b) => likelihood(b, codename) - likelihood(a, codename))
  const security = carriesMain.find(({ suite }) => own.some((name) => suite === `${name}-security`))
  const onePerMirror = new Map(mains.toReversed().map((main) => [main.uri, main]))
  return mains
    .filter((main) => onePerMirror.get(main.uri) === main)
    .flatMap((main) => {
      const base = suites.filter((suite) => !isSecurity(suite)).map((suite) => derive(main, suite))
      const fixes =
        security === undefined ? [] : suites.filter(isSecurity).map((suite) => derive(security, suite))
      return fixes.length === 0 ? [base] : [[...base, ...fixes], base]
    })
}

function isSecurity(suite: string): boolean {
  return suite.endsWith('-security')
}

function derive(from: AptSource, suite: string): AptSource {
  return { ...from, suite, components: ['main'] }
}

/** The host's own suite as it is, with its updates and security fixes. */
export function ownSources(sources: readonly AptSource[], { codename }: Distribution): AptSource[] {
  if (codename === '') return []
  const own = [codename, `${codename}-updates`, `${codename}-security`]
  return sources.filter(
    ({ suite, components }) =>
      own.includes(suite) && components.some((c) => c === 'main' || c === 'universe'),
  )
}

export function renderSources(sources: readonly AptSource[]): string {
  return sources
    .map(({ uri, suite, components, trust }) =>
      [
        'Types: deb',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        `Components: ${components.join(' ')}`,
        ...Object.entries(trust).map(([name, value]) => `${name}: ${value}`),
        '',
      ].join('\n'),
    )
    .join('\n')
}

/** A third party may call its suite and component the same; it seldom uses the distribution's own keyring. */
function likelihood({ suite, trust }: AptSource, codename: string): number {
  const signedBy = trust['signed-by']
  const hasOwnKeyring = signedBy === undefined || signedBy.includes('debian-archive')
  return (hasOwnKeyring ? 2 : 0) + (suite === codename ? 1 : 0)
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
