/** Somebody's own SPOE file and rules in the place of ours. Pure. */
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

/** What the origin sees in the header of proof where an ACK set all variables; as long as `none`. */
export const proofPresent = 'done'

/** Names that frontends and backends of ours have. */
const ownNames = /^(?:exporter|webservers|port-\d+)$/

/** @throws HaproxyError USER_CONFIG with one sentence for the user */
export function checkUserConfig({ engine, proofVariables }: UserConfig): void {
  if (proofVariables.length === 0) {
    throw refuse(
      'Expected --proof-var to name a variable that your agent sets for every request, such as ' +
        'txn.coraza.action, got none: SPOE fails open, and an agent that does not answer would look fast.',
    )
  }
  for (const variable of proofVariables) {
    if (!/^(?:sess|txn|req)\.[\w.]+$/.test(variable)) {
      throw refuse(
        `Expected --proof-var to be a variable as HAProxy names it, in scope sess, txn or req, such as ` +
          `txn.coraza.action, got "${variable}".`,
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
  return isOffload ? rules : rules.filter((rule) => !namesEngine(rule))
}

function namesEngine(rule: string): boolean {
  return /^\s*\S+ .*\bsend-spoe-group\b/.test(rule)
}

/**
 * Sends to the origin whether the agent did its work. Last of all rules, and of the same number everywhere, so
 * that all arms pay for them. A value of his could be anything; whether it is set says enough.
 */
export function proofRulesOf({ proofVariables }: UserConfig): readonly string[] {
  const isProven = proofVariables.map((variable) => `{ var(${variable}) -m found }`).join(' ')
  return [
    `http-request set-header ${proofHeader} ${proofAbsent}`,
    `http-request set-header ${proofHeader} ${proofPresent} if ${isProven}`,
    // Else it would prove the next request of a kept connection, whatever became of that one.
    ...proofVariables
      .filter((variable) => variable.startsWith('sess.'))
      .map((variable) => `http-after-response unset-var(${variable})`),
  ]
}

function refuse(message: string): HaproxyError {
  return new HaproxyError('USER_CONFIG', message)
}
