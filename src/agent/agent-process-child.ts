import { SpopError } from '../spop/status.ts'
import { setVar } from '../spop/action.ts'
import type { AgentReport } from './agent-process.ts'
import { AgentError } from './agent-error.ts'
import { startAgent } from './server.ts'

// The child of agent-process.ts: serves until its parent is gone or lets go, and reports when asked.

const errors: Record<string, number> = {}
let notifies = 0
const actions = [setVar('sess', 'ip_score', 50)]

const agent = await startAgent({
  handler: () => {
    notifies++
    return actions
  },
  onError: (error, { kind }) => {
    const code = error instanceof SpopError || error instanceof AgentError ? error.code : error.name
    const key = `${kind} ${code}`
    errors[key] = (errors[key] ?? 0) + 1
  },
})

process.on('message', () => {
  // Twice: what finalizers let go in the first is collected in the second.
  globalThis.gc!()
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  const { connections } = agent
  const report: AgentReport = { heapBytes: heapUsed, bufferBytes: external, connections, notifies, errors }
  process.send!(report)
})
process.on('disconnect', () => void agent.close())
// A terminal sends Ctrl-C to us as well: the parent decides when we end.
process.on('SIGINT', () => {})
process.send!(agent.port)
