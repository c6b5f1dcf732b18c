import { summariseTraffic, type Traffic, type TrafficSummary } from '../record/traffic.ts'

/** What was sent, in a few words for a list of conditions; empty where it is what the seed sends. */
export function describeTraffic(traffic: TrafficSummary | undefined): string[] {
  const mix = traffic?.mix
  return [
    ...(traffic?.connection === 'keep-alive' ? ['kept connections'] : []),
    ...(mix === undefined
      ? []
      : [
          `${mix.requests === 1 ? 'the request' : `the ${mix.requests} requests`} of ${mix.from} (headers of up to ${mix.largestHeader} bytes, bodies of up to ${mix.largestBody})`,
        ]),
  ]
}

/** The same for a plan: a rule each. */
export function trafficRules(traffic: Traffic | undefined): string[] {
  return describeTraffic(traffic && summariseTraffic(traffic)).map(
    (text) => `sent to every arm alike: ${text}`,
  )
}
