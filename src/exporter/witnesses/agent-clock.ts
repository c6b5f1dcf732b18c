import { mean, type Witness } from '../witness.ts'

/**
 * The agent's own clock, which is the lower end of every truth here: could it be the liar? It is held against
 * what the plan says at least and HAProxy's bracket at most, another process with another clock.
 */
export const agentClockWitnesses: readonly Witness[] = [
  {
    name: "the agent's own clock",
    measures: 'the agent, from NOTIFY read to ACK written',
    claim: 'agent',
    statistic: 'mean',
    precision: { resolutionMs: 0.001, belowMs: 0.001, aboveMs: 0.001 },
    rules: [],
    isReadTwice: false,
    read: ({ agentMs }) => mean(agentMs),
  },
]
