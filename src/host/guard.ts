import { randomUUID } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HostError } from './host-error.ts'

const scriptPath = fileURLToPath(new URL('./guard.sh', import.meta.url))

export interface GuardOptions {
  /** Absolute path, removed with everything in it when this process dies before the command ends. */
  readonly removeDirectory?: string | undefined
  /**
   * Whether all that the command starts ends with it, and not only the command itself: for commands of other
   * people, who may start their program through a wrapper. On Linux; elsewhere the command alone. Default false.
   */
  readonly withDescendants?: boolean
}

/**
 * The words to put before a command so that it dies with this process, SIGKILL included.
 *
 * Start the whole with standard input as a pipe and leave that open: its closing, by us or by the kernel,
 * kills the command at once. The command itself reads /dev/null and has no file descriptor 3; SIGINT and
 * SIGQUIT reach it ignored, the guard turns SIGTERM, SIGINT and SIGHUP into SIGTERM for it. The guard
 * ends when the command ends, with its exit code (128 + n where signal n ended it; after a signal to the
 * guard that number is all that some shells can tell).
 * @throws HostError GUARD_OPTIONS
 */
export function guardCommand(options: GuardOptions = {}): readonly string[] {
  const { removeDirectory, withDescendants = false } = options
  if (removeDirectory !== undefined && !isAbsolute(removeDirectory)) {
    throw new HostError(
      'GUARD_OPTIONS',
      `Expected removeDirectory to be an absolute path, got "${removeDirectory}": resolve it first.`,
    )
  }
  const words = ['sh', scriptPath, removeDirectory ?? '-']
  if (!withDescendants) return [...words, '-', '--']
  // They are told from others by what they have in their environment: a parent may be gone by then.
  const family = randomUUID()
  return [...words, family, '--', 'env', `SPOE_BENCH_FAMILY=${family}`]
}
