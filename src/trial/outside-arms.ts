import { type Endpoint, type HaproxyConfigOptions, proofAbsent } from '../haproxy/config.ts'
import { askingOf, type Asking } from '../haproxy/asking.ts'
import { readProof, type UserConfig } from '../haproxy/user-config.ts'
import type { SideName } from '../record/gate-plan.ts'
import type { ArmName, Plan } from '../record/plan.ts'
import type { OutsideAgents } from './gate/outside-agents.ts'
import type { OutsideAgent } from './outside-agent.ts'

/** What shows that an agent which is not ours, and keeps no record, was asked: all that is known of it. */
export interface OutsideProof {
  /** From what came with a request or its response. */
  readonly isProven: (proof: string) => boolean
  /** Whether the origin is told, or it is too late for that and the client is. */
  readonly provenIn: Asking['provenIn']
  /** How long HAProxy was at asking in us; null: it did not say. */
  readonly askedUs: (proof: string) => number | null
  /** Whether every arm has an agent, so that a request without a proof is a fault whichever arm it was. */
  readonly isEverywhere: boolean
}

/** Agents that are not ours, up, and how HAProxy is told to ask them. */
export interface OutsideArms extends OutsideProof {
  readonly config: Pick<HaproxyConfigOptions, 'agentAddress' | 'user' | 'provenBy' | 'processingTimeoutMs'>
  /** null: the arm has none. */
  readonly agentOf: (arm: ArmName) => Endpoint | null
  /** The files that the arm's agent is asked by, where each has its own. */
  readonly userOf?: (arm: ArmName) => UserConfig
  /** The variables that prove. */
  readonly proofNames: string
}

/** Where the user names the variables, HAProxy itself says whether they were all set. */
function userProof(provenIn: Asking['provenIn']): OutsideProof {
  return {
    isProven: (proof) => readProof(proof).isProven,
    askedUs: (proof) => readProof(proof).askedUs,
    provenIn,
    isEverywhere: false,
  }
}

/** A gate's agents set the score of the seed's, which HAProxy passes on as it is. */
const scoreProof: OutsideProof = {
  isProven: (proof) => proof !== proofAbsent && proof !== '',
  askedUs: () => null,
  provenIn: 'request',
  isEverywhere: true,
}

/** The agents of a gate that are asked by the user's files; what HAProxy says of the time is in the difference. */
function pairProof(provenIn: Asking['provenIn']): OutsideProof {
  return { ...userProof(provenIn), askedUs: () => null, isEverywhere: true }
}

/** An agent that dies must not hold requests up for HAProxy's minute; the slowest one of a gate waits a second. */
const processingTimeoutMs = 10_000

/** How the agents of a plan that are not ours prove themselves; null: they are ours. */
export function outsideProofOf({ gate, agent }: Plan): OutsideProof | null {
  if (gate !== undefined) return gate.asked === undefined ? scoreProof : pairProof(gate.asked.asking.provenIn)
  return agent === undefined ? null : userProof(agent.asking?.provenIn ?? 'request')
}

/** The user's agent, asked by his own files, behind the arm with the filter. */
export function userArms({ host, port, user }: OutsideAgent): OutsideArms {
  const address = { host, port }
  return {
    ...userProof(askingOf(user).provenIn),
    config: { agentAddress: address, user },
    agentOf: (arm) => (arm === 'offload' ? address : null),
    proofNames: user.proofVariables.join(' and '),
  }
}

/** Base and candidate, each behind the arm of its name. */
export function pairArms({ agents, users }: OutsideAgents): OutsideArms {
  const agentOf = (arm: ArmName): Endpoint => agents[arm as SideName]
  if (users === null) {
    return {
      ...scoreProof,
      config: { agentAddress: agents.base, provenBy: 'score', processingTimeoutMs },
      agentOf,
      proofNames: 'ip_score',
    }
  }
  return {
    ...pairProof(askingOf(users.base).provenIn),
    config: { agentAddress: agents.base, user: users.base },
    agentOf,
    userOf: (arm) => users[arm as SideName],
    proofNames: users.base.proofVariables.join(' and '),
  }
}
