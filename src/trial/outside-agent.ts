import type { UserConfig } from '../haproxy/user-config.ts'
import { sayHello } from '../agent/say-hello.ts'
import { TrialError } from './trial-error.ts'

/** An agent that is not ours, up, and the configuration that asks it. It stamps nothing and proves itself by variables. */
export interface OutsideAgent {
  readonly host: string
  readonly port: number
  readonly user: UserConfig
}

/** @throws {TrialError} `case` when it answers no HELLO any more: SPOE fails open, and what is without it looks fast */
export async function expectAlive({ host, port }: OutsideAgent, caseId: string): Promise<void> {
  try {
    await sayHello(host, port)
  } catch (cause) {
    throw new TrialError(
      'case',
      `Expected the agent to live through the case ${caseId}, it answers no more: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
}
