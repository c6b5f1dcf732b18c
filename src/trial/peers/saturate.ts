import { readCpuMs } from '../../host/process-cpu.ts'
import { type ClosedLoopInput, runClosedLoop } from '../../load/closed-loop.ts'
import type { Clock } from '../../record/clock.ts'

export interface SaturationInput extends ClosedLoopInput {
  readonly agentPids: readonly number[]
  readonly haproxyPid: number
}

/** What a frontend served in one window, and the processor time that it took; null where that can't be had. */
export interface Saturation {
  readonly requests: number
  readonly elapsedNs: number
  readonly agentCpuMs: number | null
  readonly haproxyCpuMs: number | null
  /** Of this thread. */
  readonly clientCpuMs: number | null
  /** Share of the time in which this thread's event loop did not wait. */
  readonly clientUtilisation: number
}

/** Loads a frontend and reads processor times at both edges of the window. @throws {Error} as the closed loop */
export async function saturate(
  { agentPids, haproxyPid, ...input }: SaturationInput,
  clock: Clock,
  signal: AbortSignal,
): Promise<Saturation> {
  const cpuTimes: (number | null)[][] = []
  let loop = performance.eventLoopUtilization()
  const counts = await runClosedLoop(input, clock, signal, () => {
    cpuTimes.push([readCpuMs(agentPids), readCpuMs([haproxyPid]), readThreadCpuMs()])
    loop = performance.eventLoopUtilization(cpuTimes.length === 1 ? undefined : loop)
  })
  const [agentCpuMs = null, haproxyCpuMs = null, clientCpuMs = null] = (cpuTimes[1] ?? []).map(
    (after, index) => {
      const before = cpuTimes[0]?.[index] ?? null
      return after === null || before === null ? null : after - before
    },
  )
  return { ...counts, agentCpuMs, haproxyCpuMs, clientCpuMs, clientUtilisation: loop.utilization }
}

/** Node 22 has no such clock. */
function readThreadCpuMs(): number | null {
  if (!('threadCpuUsage' in process)) return null
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
