import { type HaproxyRelease, speaksSpop } from '../haproxy/config.ts'
import type { Prediction } from '../record/outage-plan.ts'
import { markedDownEffect } from './marked-down.ts'
import type { OutageName } from './outages.ts'

/**
 * What HAProxy does while an agent fails. From SPOE.txt, section 2.2, and for what that leaves open from earlier
 * measurements of these releases (METHODOLOGY.md); written down before the bench that holds them against it.
 */

/** `option set-on-error`, SPOE.txt, section 2.2. */
const errors = {
  timeout: 1,
  resources: 2,
  /** 256 and the SPOP status code. */
  ioError: 257,
  frameTooBig: 259,
} as const

const slackMs = 100

export interface Circumstances {
  readonly release: HaproxyRelease
  /** `timeout processing` of the arm. */
  readonly timeoutMs: number
  readonly checkIntervalMs: number
}

export function predict(outage: OutageName, circumstances: Circumstances): Prediction {
  const { release, timeoutMs, checkIntervalMs } = circumstances
  const isMux = speaksSpop(release)
  const waiting: Prediction = {
    checked: 'none',
    wait: 'processing timeout',
    error: errors.timeout,
    recoveryMs: timeoutMs + slackMs,
  }
  const atOnce = { ...waiting, wait: 'none' } as const
  const predictions: Readonly<Record<OutageName, Prediction>> = {
    refused: waiting,
    hung: waiting,
    late: waiting,
    killed: waiting,
    'hung on some': { ...waiting, checked: 'half' },
    closing: { ...atOnce, error: errors.ioError },
    resetting: { ...atOnce, error: errors.ioError },
    garbage: isMux ? waiting : { ...atOnce, error: errors.frameTooBig },
    'no verdict': { ...atOnce, error: null },
    'marked down': {
      ...(markedDownEffect(release) === 'never under load'
        ? waiting
        : { ...atOnce, error: isMux ? errors.ioError : errors.resources }),
      // Two good checks turn it up again.
      recoveryMs: 3 * checkIntervalMs + timeoutMs + slackMs,
    },
  }
  return predictions[outage]
}
