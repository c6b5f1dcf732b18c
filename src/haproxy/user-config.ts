/** Somebody's own SPOE file and rules in the place of ours. Pure. */
import { askingOf, groupRuleOf } from './asking.ts'
import { HaproxyError } from './haproxy-error.ts'
import { proofAbsent, proofHeader } from './proof.ts'
import type { SpoeEngine } from './spoe-file.ts'

export interface UserConfig {
  /** Absolute path of his SPOE file: HAProxy reads it as it is, so that its messages name his lines. */
  readonly spoeFile: string
  readonly engine: SpoeEngine
  /** Lines of a frontend, his own, in every frontend; those that name the engine only where the filter is. */
  readonly rules: readonly string[]
  /** As HAProxy names them, scope first (`txn.coraza.action`): a request is proven when all of them are set. */
  readonly proofVariables: readonly string[]
}

/** What stands in the header of proof where an ACK set all variables; as long as `none`. */
const proofPresent = 'done'
/** When HAProxy began with what may ask the agent, in us. */
const startVariable = 'txn.spoe_bench.start_us'

/** Names that frontends and backends of ours have. */
const ownNames = /^(?:exporter|webservers|port-\d+)$/

/** @throws HaproxyError USER_CONFIG with one sentence for the user */
export function checkUserConfig({ engine, rules, proofVariables }: UserConfig): void {
  const { provenIn } = askingOf({ engine, rules })
  const scopes = provenIn === 'request' ? ['sess', 'txn', 'req'] : ['sess', 'txn', 'res']
  if (proofVariables.length === 0) {
    throw refuse(
      'Expected --proof-var to name a variable that your agent sets for every request, such as ' +
        'txn.coraza.action, got none: SPOE fails open, and an agent that does not answer would look fast.',
    )
  }
  for (const variable of proofVariables) {
    if (!/^\w+\.[\w.]+$/.test(variable) || !scopes.includes(variable.split('.')[0] ?? '')) {
      throw refuse(
        `Expected --proof-var to be a variable as HAProxy names it, in scope ${scopes.join(', ')} (it is looked at ` +
          `in the ${provenIn}), such as txn.coraza.action, got "${variable}".`,
      )
    }
  }
  if (engine.backend !== null && ownNames.test(engine.backend)) {
    throw refuse(
      `Expected the engine to use a backend of another name than ours, got "${engine.backend}": rename it.`,
    )
  }
}

/** The rules of a frontend, and whether one belongs to the filter: a group is sent where the engine is. */
export function rulesOf({ rules }: UserConfig, isOffload: boolean): readonly string[] {
  return isOffload ? rules : rules.filter((rule) => groupRuleOf(rule) === null)
}

export interface ProofRules {
  /** First of a frontend. */
  readonly first: readonly string[]
  /** Behind the user's. */
  readonly frontend: readonly string[]
  /** Of the origin's backend. */
  readonly backend: readonly string[]
}

/**
 * Says with every request whether the agent did its work: to the origin where it is asked before that has the
 * request, else to the client. Last of all rules, and of the same number everywhere, so that all arms pay for them. A
 * value of his could be anything; whether it is set says enough. Where HAProxy's clock can be read around all that
 * may ask, the microseconds stand behind it, `done-137`.
 */
export function proofRulesOf(user: UserConfig): ProofRules {
  const { provenIn, isBracketed } = askingOf(user)
  const { proofVariables } = user
  const isProven = proofVariables.map((variable) => `{ var(${variable}) -m found }`).join(' ')
  const took = isBracketed ? `-%[date(0,us),sub(${startVariable})]` : ''
  const start = isBracketed ? [`content set-var(${startVariable}) date(0,us)`] : []
  const prove = (rule: string): string[] => [
    `${rule} set-header ${proofHeader} ${proofAbsent}${took}`,
    `${rule} set-header ${proofHeader} ${proofPresent}${took} if ${isProven}`,
  ]
  // Else it would prove the next request of a kept connection, whatever became of that one.
  const forget = proofVariables
    .filter((variable) => variable.startsWith('sess.'))
    .map((variable) => `http-after-response unset-var(${variable})`)
  return provenIn === 'request'
    ? { first: start.map((rule) => `tcp-request ${rule}`), frontend: forget, backend: prove('http-request') }
    : {
        first: [],
        frontend: [...prove('http-response'), ...forget],
        backend: start.map((rule) => `tcp-response ${rule}`),
      }
}

/** What such a header says: whether the agent did its work, and how long HAProxy was at it where that is known. */
export function readProof(proof: string): { isProven: boolean; askedUs: number | null } {
  const [, word, us] = /^(none|done)(?:-(\d+))?$/.exec(proof) ?? []
  return { isProven: word === proofPresent, askedUs: us === undefined ? null : Number(us) }
}

function refuse(message: string): HaproxyError {
  return new HaproxyError('USER_CONFIG', message)
}
