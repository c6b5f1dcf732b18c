import type { Address } from '../agent/address.ts'
import { askOrigin } from '../origin/ask-origin.ts'
import type { OriginMethods } from './origin-thread.ts'
import type { Thread } from './thread.ts'

/**
 * An origin on another host in the place of ours: the same methods. It runs before and after us, so opening it drops
 * what it wrote down for others. Its times are of its own clock; nothing is joined by them.
 */
export function reachOrigin({ host, port }: Address): Thread<OriginMethods> {
  const methods = {
    async open(): Promise<number> {
      await askOrigin(host, port)
      return port
    },
    takeRecords: () => askOrigin(host, port),
    async close(): Promise<void> {},
  }
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the methods are those of the type
    call: ((method: keyof typeof methods) => methods[method]()) as Thread<OriginMethods>['call'],
    async [Symbol.asyncDispose]() {},
  }
}
