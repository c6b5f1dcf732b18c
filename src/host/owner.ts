import { type ProcessIdentity, readStartTime } from './process-identity.ts'

/** In every temporary folder of a run: whose it is, so that a later run can tell whether that still lives. */
export const ownerFileName = 'owner.json'

/** This process; to be written as JSON into `ownerFileName` right after mkdtemp. */
export function ownerRecord(): ProcessIdentity {
  return { pid: process.pid, startTime: readStartTime(process.pid) }
}

/** Undefined for anything that is no owner record: a file in a temporary folder can be anybody's. */
export function parseOwnerRecord(text: string): ProcessIdentity | undefined {
  try {
    const record: unknown = JSON.parse(text)
    if (typeof record !== 'object' || record === null || !('pid' in record && 'startTime' in record))
      return undefined
    const { pid, startTime } = record
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined
    return typeof startTime === 'string' || startTime === null ? { pid, startTime } : undefined
  } catch {
    return undefined
  }
}
