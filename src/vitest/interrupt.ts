import type { Vitest } from 'vitest/node'

/** npm passes a signal on that the terminal has sent already, so that one Ctrl-C arrives twice. */
const debounceMs = 500

/** A run whose launcher was killed has nobody left to tell. */
const orphanCheckMs = 500

/**
 * Vitest leaves at once on a signal: no test is told, no hook runs, nothing is written. Here the first
 * signal cancels the run, so that finished cases are kept and everything is taken down; a second one leaves.
 *
 * @returns undoes it
 */
export function handleSignals(vitest: Vitest, abort: AbortController): () => void {
  let firstAt: number | undefined
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const interrupt = (): void => {
    const now = performance.now()
    if (firstAt !== undefined) {
      if (now - firstAt > debounceMs) process.exit(2)
      return
    }
    firstAt = now
    console.error('interrupted: keeping the finished cases and taking everything down')
    abort.abort()
    void vitest.cancelCurrentRun('keyboard-input')
  }
  for (const signal of signals) {
    process.removeAllListeners(signal)
    process.on(signal, interrupt)
  }
  const launcher = process.env['SPOE_BENCH_LAUNCHER_PID']
  const orphanCheck = setInterval(() => {
    if (launcher !== undefined && process.ppid !== Number(launcher)) interrupt()
  }, orphanCheckMs)
  orphanCheck.unref()
  return () => {
    clearInterval(orphanCheck)
    for (const signal of signals) process.off(signal, interrupt)
  }
}
