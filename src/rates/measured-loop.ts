import { type CpuTimes, readCpuTimes } from '../host/cpu-times.ts'
import { readProcessCpuMs, readThreadsCpuMs } from '../host/process-cpu.ts'
import { type OpenLoopInput, runOpenLoop } from '../load/open-loop.ts'
import type { Pacemaker } from '../load/pacemaker.ts'
import type { Clock } from '../record/clock.ts'
import type { LoopTallies, StretchCpu } from '../record/rates.ts'

export interface MeasuredLoopInput extends OpenLoopInput {
  readonly haproxyPid: number
  readonly agentPid: number
}

/** What the load generator's process finds out by itself: the agent's event loop is the agent's to tell. */
export interface MeasuredLoop extends LoopTallies {
  readonly cpu: Omit<StretchCpu, 'agentUtilisation'>
}

interface Reading {
  readonly haproxy: ReadonlyMap<number, number> | null
  readonly agentMs: number | null
  readonly clientMs: number
  readonly machine: CpuTimes | null
}

/** Loads a frontend, and reads processor times at both edges of the window. @throws {Error} as the open loop */
export async function measureLoop(
  { haproxyPid, agentPid, ...input }: MeasuredLoopInput,
  pacemaker: Pacemaker,
  clock: Clock,
  signal: AbortSignal,
): Promise<MeasuredLoop> {
  const readings: Reading[] = []
  let loop = performance.eventLoopUtilization()
  const tallies = await runOpenLoop(input, pacemaker, clock, signal, () => {
    loop = performance.eventLoopUtilization(readings.length === 0 ? undefined : loop)
    const { user, system } = process.cpuUsage()
    readings.push({
      haproxy: readThreadsCpuMs(haproxyPid),
      agentMs: readProcessCpuMs(agentPid),
      clientMs: (user + system) / 1000,
      machine: readCpuTimes(),
    })
  })
  const [before, after] = readings
  if (before === undefined || after === undefined) throw new Error('expected a window with two edges')
  const haproxy = differences(before.haproxy, after.haproxy)
  const machine = machineShares(before.machine, after.machine)
  const haproxyMs = haproxy === null ? null : [...haproxy.values()].reduce((sum, ms) => sum + ms, 0)
  const agentMs = before.agentMs === null || after.agentMs === null ? null : after.agentMs - before.agentMs
  const clientMs = after.clientMs - before.clientMs
  return {
    ...tallies,
    cpu: {
      haproxyThreadMs: haproxy === null ? null : Math.max(0, ...haproxy.values()),
      haproxyMs,
      agentMs,
      clientMs,
      stealShare: machine?.stealShare ?? null,
      busyShare: machine === null ? null : machine.busyMs / machine.totalMs,
      otherShare:
        machine === null || haproxyMs === null || agentMs === null
          ? null
          : Math.max(0, machine.busyMs - haproxyMs - agentMs - clientMs) / machine.totalMs,
      clientUtilisation: loop.utilization,
    },
  }
}

function machineShares(
  before: CpuTimes | null,
  after: CpuTimes | null,
): { readonly busyMs: number; readonly totalMs: number; readonly stealShare: number } | null {
  if (before === null || after === null) return null
  const totalMs = Math.max(1, after.totalMs - before.totalMs)
  return {
    busyMs: after.busyMs - before.busyMs,
    totalMs,
    stealShare: (after.stealMs - before.stealMs) / totalMs,
  }
}

/** Of the threads that were there at both times. */
function differences(
  before: ReadonlyMap<number, number> | null,
  after: ReadonlyMap<number, number> | null,
): Map<number, number> | null {
  if (before === null || after === null) return null
  const used = new Map<number, number>()
  for (const [thread, ms] of after) used.set(thread, ms - (before.get(thread) ?? ms))
  return used
}
