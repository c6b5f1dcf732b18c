import { statusCode } from '../spop/status.ts'
import type { AgentReport } from './agent-process.ts'

/** Most anomalies that are kept in words; the rest is counted. */
const keptAnomalies = 20

const codeByName: Readonly<Record<string, number>> = statusCode

/**
 * What the peers of a soak saw, to be held against what the agent says: every error that it reports must be one
 * that a peer was told of by its status code, and every status code that a peer was told must be reported.
 */
export class SoakTally {
  /** ACKs that came, each compared with what it had to be. */
  acks = 0
  anomalyCount = 0
  readonly anomalies: string[] = []
  readonly sessions: Record<string, number> = {}
  /** How often which status code came in answer to garbage; `none` where the agent closed without a word. */
  readonly statusCodes: Record<string, number> = {}

  session(kind: string): void {
    this.sessions[kind] = (this.sessions[kind] ?? 0) + 1
  }

  /** @param code what an AGENT-DISCONNECT said, undefined where none came. */
  statusCode(code: number | undefined): void {
    const key = code ?? 'none'
    this.statusCodes[key] = (this.statusCodes[key] ?? 0) + 1
  }

  /** Something that must not happen. */
  anomaly(text: string): void {
    this.anomalyCount++
    if (this.anomalies.length < keptAnomalies) this.anomalies.push(text)
  }

  /** A line for each kind of error that is not accounted for; none is what a soak wants. */
  unaccounted(report: Pick<AgentReport, 'errors' | 'notifies' | 'connections'>): string[] {
    const lines = [...this.anomalies]
    if (this.anomalyCount > lines.length)
      lines.push(`and ${this.anomalyCount - lines.length} more like these`)
    const told = new Map(Object.entries(this.statusCodes))
    // 0 is a goodbye, and a close without a word is for half a frame: neither is an error of the agent.
    told.delete('none')
    told.delete(String(statusCode.normal))
    for (const [key, count] of Object.entries(report.errors)) {
      const [kind, name = ''] = key.split(' ')
      const code = String(codeByName[name])
      if (kind !== 'protocol' || !told.has(code)) {
        lines.push(`the agent reported ${count} times "${key}", which no peer brought about`)
        continue
      }
      if (told.get(code) !== count) {
        lines.push(
          `status code ${code}: peers were told ${told.get(code)} times, the agent reported ${count}`,
        )
      }
      told.delete(code)
    }
    for (const [code, count] of told) {
      lines.push(`status code ${code}: peers were told ${count} times, the agent reported nothing`)
    }
    if (report.notifies < this.acks)
      lines.push(`${this.acks} ACKs came, but the handler saw ${report.notifies} NOTIFYs only`)
    if (report.connections > 0)
      lines.push(`${report.connections} connections were open still when all peers had gone`)
    return lines
  }
}
