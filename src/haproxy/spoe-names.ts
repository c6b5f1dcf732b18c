/** `option var-prefix`: the agent's `proof` in scope `txn` is HAProxy's `txn.iprep.proof`. */
export const variablePrefix = 'iprep'
