import type { AgentFault } from './faults.ts'
import { startFaultyAgent } from './faulty-agent.ts'
import type { Failed } from './faulty-agent-process.ts'

// The child of faulty-agent-process.ts: serves until its parent is gone or lets go, and fails when told to.

const [port = 0, lateMs = 0] = process.argv.slice(2).map(Number)

// Microseconds since boot: exact as a number, and CLOCK_MONOTONIC is one clock for all processes.
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n)

const fromUs = nowUs()
const agent = await startFaultyAgent({ port, lateMs })
process.on('message', async (fault: AgentFault) => {
  const failingFromUs = nowUs()
  await agent.fail(fault)
  process.send!({ fromUs: failingFromUs, toUs: nowUs() } satisfies Failed)
})
process.on('disconnect', () => process.exit())
// A terminal sends Ctrl-C to us as well: the parent decides when we end.
process.on('SIGINT', () => {})
process.send!({ fromUs, toUs: nowUs() } satisfies Failed)
