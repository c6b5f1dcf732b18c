import { speaksSpop, type HaproxyRelease, type SpoeEvent } from './sections.ts'
import { variablePrefix } from './spoe-names.ts'

/** The variable that proves the work of an agent that is asked by `defaultSpoeFile`. */
export const defaultProof = `sess.${variablePrefix}.ip_score`

/** What an agent is asked where its user names no SPOE file: the seed's message, once for every request. Pure. */
export function defaultSpoeFile(release: HaproxyRelease, event: SpoeEvent = 'on-client-session'): string {
  return [
    '[ip-reputation]',
    'spoe-agent iprep-agent',
    '    messages check-client-ip',
    `    option var-prefix ${variablePrefix}`,
    // Deprecated and ignored from 3.1 on.
    ...(speaksSpop(release) ? [] : ['    timeout hello 2m', '    timeout idle  2m']),
    '    timeout processing 5s',
    '    use-backend agents',
    '',
    'spoe-message check-client-ip',
    '    args ip=src',
    `    event ${event}`,
    '',
  ].join('\n')
}
