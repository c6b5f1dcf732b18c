/** Ways in which an agent can fail HAProxy, and what it then does. */
export const agentFaults = {
  none: 'answers every NOTIFY at once',
  refused: 'listens no more, and has closed its connections',
  hung: 'accepts connections and reads nothing, as a process that stands still',
  'hung-on-some': 'leaves every second NOTIFY of a frontend unanswered',
  closing: 'closes the connection instead of an answer',
  resetting: 'resets the connection instead of an answer',
  garbage: 'answers as a web server would',
  late: 'answers correctly, but after the processing timeout',
  'no-verdict': 'answers at once and sets nothing, as where a handler failed',
} as const

export type AgentFault = keyof typeof agentFaults

export const agentFaultNames = Object.keys(agentFaults) as AgentFault[]

export function isAgentFault(name: string): name is AgentFault {
  return Object.hasOwn(agentFaults, name)
}
