/** haproxy/releases.json: the releases that can be downloaded, and how each is started. */
import { readFile } from 'node:fs/promises'

export interface Loader {
  readonly triplet: string
  readonly loader: string
}

export interface ReleaseCatalog {
  /** Names such as `3.2`, in the order in which they are tried when none is asked for. */
  readonly default: readonly string[]
  readonly releases: Readonly<Record<string, { readonly suites: readonly string[] }>>
  readonly package: string
  /** Regular expression on the names of dependencies that are fetched too. */
  readonly follow: string
  /** By Debian architecture. */
  readonly loaders: Readonly<Record<string, Loader>>
}

export async function readReleaseCatalog(): Promise<ReleaseCatalog> {
  const text = await readFile(new URL('../../haproxy/releases.json', import.meta.url), 'utf8')
  const catalog: ReleaseCatalog = JSON.parse(text)
  return catalog
}
