import { parseStat } from '../../haproxy/stats.ts'
import { backendWitnesses, csvRules } from './backend-averages.ts'

/** `show stat` on the stats socket, also `/stats;csv`: qtime, ctime, rtime, ttime and their maxima. */
export const csvWitnesses = backendWitnesses({
  name: 'CSV',
  ...csvRules,
  read({ csv }, backend, statistic) {
    const line = parseStat(csv).find(({ proxy, service }) => proxy === backend && service === 'BACKEND')
    return (statistic === 'recent' ? line?.averages : line?.maxima) ?? null
  },
})
