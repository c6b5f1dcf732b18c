import { TrialError } from '../trial-error.ts'

/** An agent that runs already, to be measured beside ours. */
export interface Peer {
  /** Letters, digits, `-` and `_`: it becomes part of HAProxy's section names. */
  readonly name: string
  /** An address in canonical text, or a name; `localhost` is 127.0.0.1. */
  readonly host: string
  readonly port: number
  /** Its process, where it was named; else it is looked for behind its port. */
  readonly pid: number | null
}

/** Names of arms that are not a peer's. */
export const bypassName = 'bypass'
export const oursName = 'ours'

/**
 * Reads `name=host:port` or `name=host:port,pid`, several of them between blanks.
 *
 * @throws {TrialError} `usage` with one sentence for the user
 */
export function parsePeers(text: string): readonly Peer[] {
  const peers = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(parsePeer)
  const taken = new Set<string>([bypassName, oursName])
  for (const { name } of peers) {
    if (taken.has(name))
      throw usage(
        `Expected every peer to have a name of its own, other than ${[...taken].join(', ')}; got "${name}".`,
      )
    taken.add(name)
  }
  return peers
}

function parsePeer(word: string): Peer {
  const form =
    /^(?<name>[\w-]+)=(?:\[(?<v6>[\da-f:.]+)\]|(?<host>[^:[\],]+)):(?<port>\d{1,5})(?:,(?<pid>[1-9]\d*))?$/i
  const { name = '', v6, host = v6 ?? '', port, pid } = form.exec(word)?.groups ?? {}
  if (name === '' || !(Number(port) > 0 && Number(port) <= 65_535)) {
    throw usage(
      `Expected --peer to be name=host:port such as c=127.0.0.1:12345, or name=host:port,pid; got "${word}".`,
    )
  }
  if (name.startsWith('agents') || ['exporter', 'webservers'].includes(name)) {
    throw usage(`Expected a peer's name other than exporter, webservers and agents*, got "${name}".`)
  }
  return {
    name,
    host: host === 'localhost' ? '127.0.0.1' : host,
    port: Number(port),
    pid: pid === undefined ? null : Number(pid),
  }
}

/** A number of the design that a user gave, or its default. @throws {TrialError} `usage` */
export function parseCount(flag: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw usage(`Expected --${flag} to be a whole number of 1 to 999999, got "${text}".`)
}

function usage(message: string): TrialError {
  return new TrialError('usage', message)
}
