import { expect, test } from 'vitest'
import { createCleanup, openWithCleanup, withCleanup } from './cleanup.ts'

test('what was opened last is closed first, and once', async () => {
  const closed: string[] = []
  const cleanup = createCleanup()
  cleanup.defer(() => closed.push('first'))
  cleanup.use({ [Symbol.dispose]: () => void closed.push('second') })
  cleanup.use({ [Symbol.asyncDispose]: async () => void closed.push('third') })
  await cleanup.dispose()
  await cleanup.dispose()
  expect(closed).toEqual(['third', 'second', 'first'])
})

test('one that fails to close does not keep the others open', async () => {
  const closed: string[] = []
  const cleanup = createCleanup()
  cleanup.defer(() => closed.push('first'))
  cleanup.defer(() => Promise.reject(new Error('stuck')))
  await expect(cleanup.dispose()).rejects.toThrow('stuck')
  expect(closed).toEqual(['first'])
})

test('work closes what it opened; opening keeps it, unless it fails', async () => {
  const closed: string[] = []
  await withCleanup(async (cleanup) => cleanup.defer(() => closed.push('work')))
  await openWithCleanup(async (cleanup) => cleanup.defer(() => closed.push('open')))
  await expect(
    openWithCleanup(async (cleanup) => {
      cleanup.defer(() => closed.push('failed'))
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(closed).toEqual(['work', 'failed'])
})
