/** How a request proves to the origin that it crossed the agent. */
import { variablePrefix } from './spoe-names.ts'

/** The request header that carries the proof of work to the origin. */
export const proofHeader = 'x-spoe-proof'
/** What the origin sees in that header where no ACK set the proof. */
export const proofAbsent = 'none'

/** The same rules in every arm: without a filter they send the constant, so all arms pay for the header. */
export const proofRules = [
  `http-request set-header ${proofHeader} %[var(txn.${variablePrefix}.proof,${proofAbsent})]`,
]
