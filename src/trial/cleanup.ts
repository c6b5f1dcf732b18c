/**
 * What is open and has to be closed, last opened first. The language has `await using` and
 * AsyncDisposableStack for this, and Node 22 has neither.
 */
export interface Cleanup {
  use<T extends AsyncDisposable | Disposable>(resource: T): T
  defer(close: () => unknown): void
  /** Closes everything, also when one of them fails; then throws the first failure. Again does nothing. */
  dispose(): Promise<void>
}

export function createCleanup(): Cleanup {
  const closers: (() => unknown)[] = []
  return {
    use(resource) {
      closers.push(() =>
        Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
      )
      return resource
    },
    defer: (close) => void closers.push(close),
    async dispose() {
      const failures: unknown[] = []
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** Does `work` and closes what it opened, however it ends. */
export async function withCleanup<T>(work: (cleanup: Cleanup) => Promise<T>): Promise<T> {
  const cleanup = createCleanup()
  try {
    return await work(cleanup)
  } finally {
    await cleanup.dispose()
  }
}

/** Does `work` and closes what it opened only if it fails; else whoever gets the result disposes of it. */
export async function openWithCleanup<T>(work: (cleanup: Cleanup) => Promise<T>): Promise<T> {
  const cleanup = createCleanup()
  try {
    return await work(cleanup)
  } catch (error) {
    await cleanup.dispose()
    throw error
  }
}
