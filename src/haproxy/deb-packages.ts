/** Debian package lists: stanzas, and the closure of a package over its libraries. */

export interface DebPackage {
  readonly name: string
  readonly version: string
  /** Of the .deb, hexadecimal, from the signed list. */
  readonly sha256: string
  /** Of each dependency the first alternative. */
  readonly dependencies: readonly string[]
}

/** Stanzas as `apt-cache show` prints them. */
export function parsePackages(text: string): DebPackage[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? ''
    const [name, version, sha256] = [field('Package'), field('Version'), field('SHA256')]
    if (name === '' || version === '' || sha256 === '') return []
    const dependencies = `${field('Pre-Depends')},${field('Depends')}`
      .split(',')
      .map((group) => /^\s*([^\s:|(]*)/.exec(group)?.[1] ?? '')
      .filter((dependency) => dependency !== '')
    return [{ name, version, sha256, dependencies }]
  })
}

/** `first` and, over any number of steps, its dependencies whose name matches `follow`. */
export async function closeOver(
  first: DebPackage,
  follow: RegExp,
  show: (names: readonly string[]) => Promise<readonly DebPackage[]>,
): Promise<DebPackage[]> {
  const closure = [first]
  const asked = new Set([first.name])
  for (let wave: readonly DebPackage[] = [first]; wave.length > 0;) {
    const names = wave
      .flatMap(({ dependencies }) => dependencies)
      .filter((name) => follow.test(name) && !asked.has(name))
    const next = [...new Set(names)]
    for (const name of next) asked.add(name)
    wave = next.length === 0 ? [] : await show(next)
    closure.push(...wave)
  }
  return closure
}
