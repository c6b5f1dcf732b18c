import { test } from 'vitest'
import { exportRun } from '../src/vitest/export-run.ts'

// Where one load generator is not enough: others send, each its share of a sealed plan.
test('the stack, held until every worker has sent its share', { timeout: 0 }, ({ signal }) =>
  exportRun(signal),
)
