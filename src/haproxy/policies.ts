/**
 * What HAProxy does with a request that the agent gave no verdict on. SPOE fails open: unless a rule says
 * otherwise, the request goes on.
 *
 * Source: doc/SPOE.txt, section 2.2 (`option set-on-error`, `timeout processing`).
 */
import { proofHeader } from './proof.ts'
import { variablePrefix } from './spoe-names.ts'

export type Policy =
  /** It goes on, and the origin is told of the error in the header of the proof: what SPOE does by itself. */
  | 'pass'
  /** Rejected where HAProxy itself noticed an error. */
  | 'deny-on-error'
  /** Rejected where the variable that the agent sets is not there, whatever the reason. */
  | 'deny-without-verdict'

/** `option set-on-error`: `txn.iprep.err` in HAProxy. */
export const errorVariable = 'err'
/** Before the error's number in the header of the proof. */
export const errorPrefix = 'error-'
/** Of a request that a policy rejects; not one that HAProxy has for troubles of its own. */
export const rejectedStatus = 403

const hasError = `{ var(txn.${variablePrefix}.${errorVariable}) -m found }`
const hasVerdict = `{ var(txn.${variablePrefix}.proof) -m found }`

/** `http-request` rules of a frontend, behind those that set the header of the proof. */
export const policyRules: Readonly<Record<Policy, readonly string[]>> = {
  pass: [
    `http-request set-header ${proofHeader} ${errorPrefix}%[var(txn.${variablePrefix}.${errorVariable})] if ${hasError}`,
  ],
  'deny-on-error': [`http-request deny deny_status ${rejectedStatus} if ${hasError}`],
  'deny-without-verdict': [`http-request deny deny_status ${rejectedStatus} if !${hasVerdict}`],
}
