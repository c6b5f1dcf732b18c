import type { Plan } from '../../record/plan.ts'
import type { OriginRecord } from '../../record/samples.ts'
import { firstRequestOf } from '../load-input.ts'

/** How much of a worker's share has come. */
export interface ShareArrivals {
  readonly share: number
  readonly come: number
  readonly planned: number
}

/** Which requests of a plan that others send have come. Times in ms, on any clock that does not go back. */
export interface Arrivals {
  /** How many of all have come. */
  readonly come: number
  readonly planned: number
  take(requests: readonly OriginRecord[], nowMs: number): void
  shares(): ShareArrivals[]
  /** Since when none has come; null before the first. */
  silenceMs(nowMs: number): number | null
  /** Whether there is something to wait for. */
  isOver(nowMs: number): boolean
}

/** Beyond the deadline: when a case ends with a request that is never answered, the next one begins about now. */
const patienceIntervals = 10

export function createArrivals(plan: Plan): Arrivals {
  const seen = new Set<number>()
  const ranges = plan.cases.map(({ id, worker = 0, warmUpBlocks, requests }) => {
    const from = firstRequestOf(plan, id) ?? 0
    return { share: worker, from, until: from + (warmUpBlocks + requests) * plan.arms.length }
  })
  const planned = ranges.at(-1)?.until ?? 0
  const patienceMs = plan.requestDeadlineMs + patienceIntervals * plan.intervalMs
  let lastMs: number | null = null

  const shares = (): ShareArrivals[] =>
    Array.from({ length: plan.workers?.count ?? 0 }, (_, index) => {
      const own = ranges.filter(({ share }) => share === index + 1)
      return {
        share: index + 1,
        come: own.reduce((sum, { from, until }) => sum + countBetween(seen, from, until), 0),
        planned: own.reduce((sum, { from, until }) => sum + until - from, 0),
      }
    })
  const silenceMs = (nowMs: number): number | null => (lastMs === null ? null : nowMs - lastMs)
  return {
    get come() {
      return seen.size
    },
    planned,
    take(requests, nowMs) {
      for (const [request] of requests) {
        // Somebody else's keep nobody waiting; one that comes twice shows that its worker is at work.
        if (request < 0 || request >= planned) continue
        seen.add(request)
        lastMs = nowMs
      }
    },
    shares,
    silenceMs,
    isOver(nowMs) {
      if (seen.size === planned) return true
      return (silenceMs(nowMs) ?? 0) > patienceMs && shares().every(({ come }) => come > 0)
    },
  }
}

function countBetween(numbers: ReadonlySet<number>, from: number, until: number): number {
  let count = 0
  for (let number = from; number < until; number++) if (numbers.has(number)) count++
  return count
}
