import type { Traffic } from '../record/traffic.ts'

/** What was sent, in a few words for a list of conditions; empty where it is what the seed sends. */
export function describeTraffic(traffic: Traffic | undefined): string[] {
  return traffic?.connection === 'keep-alive' ? ['kept connections'] : []
}
