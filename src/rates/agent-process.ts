import { type Agent, startAgent } from '../agent/server.ts'
import { setVar } from '../spop/action.ts'
import { serveOwnProcess } from './own-process.ts'

/** What the agent counted since it was asked last. It keeps no record of a request: there may be a million. */
export interface AgentCounts {
  readonly notifies: number
  /** Of the largest one's payload. */
  readonly notifyBytes: number
  readonly errors: readonly string[]
  /** Share of the time in which its event loop did not wait. */
  readonly utilisation: number
}

const mostErrors = 5
/** The score that `npm run agent` gives everybody: HAProxy answers with it. */
const actions = [setVar('sess', 'ip_score', 50)]

let agent: Agent | undefined
let notifies = 0
let notifyBytes = 0
let errors: string[] = []
let loop = performance.eventLoopUtilization()

const methods = {
  /** Opens a fresh listener and returns its port. */
  async open(isPipelined: boolean): Promise<number> {
    agent = await startAgent({
      handler: ({ messages, payloadOffset, end }) => {
        if (messages[0]?.arg('ip') === undefined) throw new Error('expected the arg "ip", got none')
        notifies++
        notifyBytes = Math.max(notifyBytes, end - payloadOffset)
        return actions
      },
      pipelining: isPipelined,
      // HAProxy 2.6 opens one for each message under way.
      limits: { connections: 8192 },
      onError: (error) => void (errors.length < mostErrors && errors.push(error.message)),
    })
    return agent.port
  },
  takeCounts(): AgentCounts {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, loop)
    const taken = { notifies, notifyBytes, errors, utilisation: utilization }
    notifies = 0
    notifyBytes = 0
    errors = []
    loop = now
    return taken
  },
  async close(): Promise<void> {
    await agent?.close({ deadlineMs: 500 })
    agent = undefined
  },
}
export type RatesAgentMethods = typeof methods

serveOwnProcess(methods)
