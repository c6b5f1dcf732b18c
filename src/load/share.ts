import type { LoadInput } from './generator.ts'

/** shares/N.json: all that worker N is told. Ports and times; nothing in it says which port is which arm. */
export interface Share {
  readonly schema: 'spoe-bench/share/1'
  readonly runId: string
  readonly share: number
  readonly of: number
  /** Whoever exported it says that the target is his (--i-own-this-host). */
  readonly isOwnHost: boolean
  /** One after the other, each under its place in the plan. */
  readonly cases: readonly { readonly place: number; readonly load: LoadInput }[]
}
