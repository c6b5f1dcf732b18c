import { type HaproxyRelease, speaksSpop } from '../haproxy/config.ts'

/**
 * When a request is no more held up for an agent that is marked down. HAProxy's flt_spoe.c up to 3.0 queues a message as
 * long as any connection is open or tried, and notes "no resources" only where there is none. Those that were
 * begun before the check saw it are tried to the end of their retries.
 *
 * Before 3.0 the end of the last one begins another, server or not, while a message waits (mended by 72c23bd4c, "Never
 * create new spoe applet if there is no server up", 3.0-dev1, which Debian's 2.6.12 has not): under load there
 * is always one that waits.
 */
export type MarkedDownEffect = 'at once' | 'after retries' | 'never under load'

export function markedDownEffect(release: HaproxyRelease): MarkedDownEffect {
  if (speaksSpop(release)) return 'at once'
  return release.major < 3 ? 'never under load' : 'after retries'
}

/** `retries` is 3 where nothing is said, and one waits a second before each; and some more on a busy machine. */
export const retriesMs = 4_000
