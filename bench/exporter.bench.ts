import { expect, test } from 'vitest'
import { unexplained } from '../src/exporter/comparison-table.ts'
import { exporterComparison } from '../src/vitest/exporter-comparison.ts'

// Can HAProxy's exporter be believed? Every instrument against two clocks that are not its own, on every release:
// a ladder across the 512 samples that its averages remember, and agents that are faster than it can count.
const ladder = [1, 2, 4, 8, 16, 30, 64, 128, 256, 512, 1024, 2048]
const comparison = exporterComparison({
  cells: [
    ...ladder.map((requests) => ({ sleepMs: 100, requests })),
    ...[0, 10].flatMap((sleepMs) => [30, 1024].map((requests) => ({ sleepMs, requests }))),
  ],
})

test.for(comparison.cells)(
  'HAProxy $version, agent sleeps $sleepMs ms, $requests requests: whatever is refuted is predicted',
  async (cell, context) => {
    expect(unexplained(await comparison.measure(cell, context))).toEqual([])
  },
)
