/** What has to be known of somebody's SPOE file before HAProxy reads it (doc/SPOE.txt, sections 2.1 and 2.2). Pure. */
import { HaproxyError } from './haproxy-error.ts'

/** An engine as its scope and `spoe-agent` section describe it. */
export interface SpoeEngine {
  /** Name of its scope, which the filter line has; null where the file has no scopes. */
  readonly scope: string | null
  /** Of its `spoe-agent` section. */
  readonly agent: string
  /** The backend that it uses; null where it names none, which HAProxy refuses. */
  readonly backend: string | null
}

/**
 * Finds the engine that is meant, the only one where none is named. What else is wrong with the file HAProxy
 * says better.
 *
 * @param file its name, for error messages
 * @throws HaproxyError USER_CONFIG with one sentence for the user
 */
export function findEngine(text: string, file: string, name: string | null): SpoeEngine {
  const engines = readEngines(text)
  const names = engines.map(({ scope }) => (scope === null ? 'one without a name' : `"${scope}"`)).join(', ')
  const refuse = (got: string): HaproxyError =>
    new HaproxyError(
      'USER_CONFIG',
      `Expected --engine to name an engine of ${file} (${names || 'it has no spoe-agent section'}), got ${got}.`,
    )
  if (name === null) {
    const [only, ...others] = engines
    if (only === undefined || others.length > 0) throw refuse('none')
    return only
  }
  const found = engines.find(({ scope }) => scope === name)
  if (found === undefined) throw refuse(`"${name}"`)
  return found
}

function readEngines(text: string): SpoeEngine[] {
  const engines: SpoeEngine[] = []
  let scope: string | null = null
  let isInAgent = false
  for (const line of text.split('\n')) {
    const content = line.replace(/(^|\s)#.*$/, '').trim()
    const scopeName = /^\[(.+)\]$/.exec(content)?.[1]
    if (scopeName !== undefined) {
      scope = scopeName
      isInAgent = false
      continue
    }
    const [keyword, value = ''] = content.split(/\s+/)
    if (keyword === 'spoe-agent') {
      engines.push({ scope, agent: value, backend: null })
      isInAgent = true
    } else if (keyword === 'spoe-message' || keyword === 'spoe-group') {
      isInAgent = false
    } else if (keyword === 'use-backend' && isInAgent) {
      engines.push({ ...(engines.pop() as SpoeEngine), backend: value })
    }
  }
  return engines
}
