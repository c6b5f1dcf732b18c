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
  /** Events of the messages that it sends by itself, each once. */
  readonly events: readonly string[]
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

/** A section of one scope, as far as events go. */
interface Message {
  readonly scope: string | null
  readonly name: string
  readonly event: string
}

function readEngines(text: string): SpoeEngine[] {
  const engines: (SpoeEngine & { readonly messages: readonly string[] })[] = []
  const messages: Message[] = []
  for (const { scope, section, keyword, values } of readLines(text)) {
    const [value = ''] = values
    if (keyword === 'spoe-agent') {
      engines.push({ scope, agent: value, backend: null, events: [], messages: [] })
    } else if (keyword === 'event' && section.keyword === 'spoe-message') {
      messages.push({ scope, name: section.name, event: value })
    } else if (section.keyword === 'spoe-agent') {
      const engine = engines.pop() as (typeof engines)[number]
      if (keyword === 'use-backend') engines.push({ ...engine, backend: value })
      else if (keyword === 'messages') engines.push({ ...engine, messages: [...engine.messages, ...values] })
      else engines.push(engine)
    }
  }
  return engines.map(({ messages: own, ...engine }) => ({
    ...engine,
    events: [
      ...new Set(
        messages
          .filter((message) => message.scope === engine.scope && own.includes(message.name))
          .map(({ event }) => event),
      ),
    ],
  }))
}

/** The same file, line for line, in which the engine uses another backend: two of them can stand in one HAProxy. */
export function useBackend(text: string, engine: SpoeEngine, backend: string): string {
  return readLines(text)
    .map(({ line, scope, section, keyword }) => {
      const isOfEngine = scope === engine.scope && section.name === engine.agent
      return keyword === 'use-backend' && section.keyword === 'spoe-agent' && isOfEngine
        ? line.replace(/(use-backend\s+)\S+/, (_, before: string) => before + backend)
        : line
    })
    .join('\n')
}

interface SpoeLine {
  readonly line: string
  readonly scope: string | null
  /** That it stands in, or begins. */
  readonly section: { readonly keyword: string; readonly name: string }
  /** Empty where there is none. */
  readonly keyword: string
  readonly values: readonly string[]
}

function readLines(text: string): SpoeLine[] {
  let scope: string | null = null
  let section = { keyword: '', name: '' }
  return text.split('\n').map((line) => {
    const content = line.replace(/(^|\s)#.*$/, '').trim()
    const scopeName = /^\[(.+)\]$/.exec(content)?.[1]
    const [keyword = '', ...values] = scopeName === undefined ? content.split(/\s+/) : []
    if (scopeName !== undefined) {
      scope = scopeName
      section = { keyword: '', name: '' }
    } else if (sectionKeywords.has(keyword)) section = { keyword, name: values[0] ?? '' }
    return { line, scope, section, keyword, values }
  })
}

const sectionKeywords = new Set(['spoe-agent', 'spoe-message', 'spoe-group'])
