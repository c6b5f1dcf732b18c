/**
 * `spoe-bench`: what an SPOE agent adds to a request, measured blind.
 *
 *     test('my agent adds at most 10 ms', { timeout: 120_000 }, async ({ signal }) => {
 *       const result = await blindTest({ agent: { command: './my-spoa -p {port}' }, signal })
 *       expect(result).toAddAtMost({ ms: 10 })
 *     })
 */
export { blindTest, BlindTestError } from './vitest/blind-test.ts'
export type { BlindTestResult } from './vitest/blind-test.ts'
export type { AgentToMeasure, BlindTestOptions } from './vitest/blind-test-options.ts'
export { defineConfig } from './vitest/config-file.ts'
export { AgentError } from './agent/agent-error.ts'
export { HaproxyError } from './haproxy/haproxy-error.ts'
export { TrialError } from './trial/trial-error.ts'
export type { Effect, LatencyResult, Outcome, Run, TailEffect } from './record/run.ts'
