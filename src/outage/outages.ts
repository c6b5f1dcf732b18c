import type { AgentFault } from '../agent/faults.ts'

/** One way in which an agent fails an operator. */
export interface Outage {
  readonly name: string
  /** What the agent does, or that its process is killed and started again. */
  readonly fault: AgentFault | 'killed'
  /** Whether HAProxy checks its agent. */
  readonly isChecked: boolean
  /** For the table. */
  readonly words: string
}

const unchecked = { isChecked: false } as const

export const outages = [
  { ...unchecked, name: 'refused', fault: 'refused', words: 'nothing listens' },
  { ...unchecked, name: 'hung', fault: 'hung', words: 'stands still, connections stay open' },
  { ...unchecked, name: 'hung on some', fault: 'hung-on-some', words: 'never answers every second message' },
  { ...unchecked, name: 'closing', fault: 'closing', words: 'closes instead of an answer' },
  { ...unchecked, name: 'resetting', fault: 'resetting', words: 'resets instead of an answer' },
  { ...unchecked, name: 'garbage', fault: 'garbage', words: 'another program has its port' },
  { ...unchecked, name: 'late', fault: 'late', words: 'answers after the processing timeout' },
  { ...unchecked, name: 'no verdict', fault: 'no-verdict', words: 'answers, and sets nothing' },
  { ...unchecked, name: 'killed', fault: 'killed', words: 'SIGKILL, then started again' },
  { name: 'marked down', fault: 'refused', isChecked: true, words: 'nothing listens, and the check saw it' },
] as const satisfies readonly Outage[]

export type OutageName = (typeof outages)[number]['name']
