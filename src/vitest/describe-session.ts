import type { Session } from '../calibration/record.ts'
import type { RunContext } from './run-context.ts'

/** On what the lines below it are measured. */
export function describeSession({ startedAt, host }: RunContext): Session {
  const { cpuModel, cores, kernelVersion, hypervisor } = host.fingerprint
  return {
    type: 'session',
    startedAt,
    haproxy: host.haproxy.version,
    node: host.node,
    cpuModel: String(cpuModel),
    cores: Number(cores),
    kernel: String(kernelVersion),
    hypervisor: String(hypervisor),
  }
}
