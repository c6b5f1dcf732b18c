import type { HaproxyBinary } from '../haproxy/binary.ts'
import type { Host } from '../record/host.ts'
import type { Mode } from '../record/plan.ts'
import type { Peer } from '../trial/peers/peer.ts'
import type { ExportOptions } from './export-options.ts'
import type { GateSetUp } from './gate-setup.ts'
import type { OwnAgent } from './own-setup.ts'
import type { RatesSizes } from '../rates/options.ts'
import type { VersionsSizes } from '../trial/versions/options.ts'

/** What globalSetup found out and hands to the process that measures. Plain data: it crosses a process. */
export interface RunContext {
  readonly runId: string
  readonly startedAt: string
  readonly resultsDir: string
  readonly binary: HaproxyBinary
  /** For the suites that go across releases: all that can be had here, the oldest first; else that one alone. */
  readonly binaries: readonly HaproxyBinary[]
  readonly host: Host
  readonly mode: Mode
  /** The spinners that keep the cores awake, and every core that we may use. */
  readonly spinnerPids: readonly number[]
  readonly cores: readonly number[]
  /** Where progress goes: a port on 127.0.0.1 that the main process listens on. */
  readonly progressPort: number
  /** Whether the arms are shown while a case is measured (--peek). */
  readonly isUnblinded: boolean
  readonly isSeedExact: boolean
  /** Agents to measure beside ours, each of which has said HELLO, and how much. */
  readonly peers: {
    readonly list: readonly Peer[]
    readonly blocks: number
    readonly rounds: number
    readonly roundMs: number
  }
  /** The user's own agent, up; null in every suite but `own`. */
  readonly own: OwnAgent | null
  /** Where a plan that others send is exported to; null in every suite but `export`. */
  readonly exported: ExportOptions | null
  /** The two sides of a gate, and how much is measured; null for every other suite. */
  readonly gate: GateSetUp | null
  /** Of HAProxys side by side. */
  readonly versions: VersionsSizes
  /** Of load in steps. */
  readonly rates: RatesSizes
}

declare module 'vitest' {
  interface ProvidedContext {
    spoeBench: RunContext
  }
}
