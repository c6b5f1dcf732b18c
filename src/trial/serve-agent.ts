import { createReputation, type Reputation, type Treatment } from '../agent/reputation.ts'
import { type Agent, startAgent } from '../agent/server.ts'
import type { HelloRecord, NotifyRecord } from '../record/samples.ts'
import { monotonicClock } from './clock.ts'
import { proofOf } from './join.ts'
import { serveThread, threadEpochNs } from './thread.ts'

/** What the agent wrote down since the last time it was asked. */
export interface AgentRecords {
  readonly hellos: HelloRecord[]
  readonly notifies: NotifyRecord[]
  readonly errors: string[]
}

/** What an agent's thread answers to. */
export type AgentMethods = {
  /** Opens a fresh listener and returns its port. */
  open(): Promise<number>
  treat(treatments: readonly Treatment[]): void
  takeRecords(): AgentRecords
  /** HAProxy's connections that are open now. */
  connections(): number
  close(): Promise<void>
}

type HandlerOf = (reputation: Reputation) => Reputation['handler']

/** Serves the seed's agent from a worker thread; `handlerOf` may put another handler around its own. */
export function serveAgent(handlerOf?: HandlerOf): void {
  serveThread(createAgentMethods(handlerOf))
}

/** The seed's agent as the methods of whichever thread it lives in. */
export function createAgentMethods(handlerOf: HandlerOf = (reputation) => reputation.handler): AgentMethods {
  const clock = monotonicClock(threadEpochNs())
  const reputation = createReputation({ clock, score: 50, proofOf })
  let agent: Agent | undefined
  let hellos: HelloRecord[] = []
  let errors: string[] = []

  return {
    async open() {
      agent = await startAgent({
        handler: handlerOf(reputation),
        // HAProxy 2.6 keeps one open for every request of a case.
        limits: { connections: 8192 },
        onHello: (hello) => hellos.push([clock(), hello.healthcheck]),
        onError: (error) => errors.push(error.message),
      })
      return agent.port
    },
    treat: (treatments) => reputation.treat(treatments),
    takeRecords() {
      const taken = { hellos, notifies: reputation.takeRecords(), errors }
      hellos = []
      errors = []
      return taken
    },
    connections: () => agent?.connections ?? 0,
    async close() {
      await agent?.close()
      agent = undefined
    },
  }
}
