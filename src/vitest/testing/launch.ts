import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { readProcessTable } from '../../host/process-table.ts'
import { acquireRunLock } from '../../host/run-lock.ts'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

// A timing run waits for others of its machine, and says so where a test looks for one sentence. So files that start
// some, and all of them import this, take turns beside files that start none; a turn ends with the file's process.
await acquireRunLock({
  wait: true,
  address:
    process.platform === 'linux' ? { path: '\0spoe-bench/test-turn' } : { host: '127.0.0.1', port: 28_838 },
})

/** `npm run COMMAND -- --as-is FLAGS`, without npm. */
export function launch(
  command: string,
  flags: readonly string[],
  env: Record<string, string | undefined> = {},
): ReturnType<typeof execaNode<{ reject: false }>> {
  return execaNode(join(root, 'src', 'launcher.mjs'), [command, '--as-is', ...flags], {
    reject: false,
    nodeOptions: [],
    env: { NO_COLOR: '1', ...env },
  })
}

/** A process, the processes that it started, and theirs. */
export function familyOf(pid: number): readonly number[] {
  const table = readProcessTable()
  const found = [pid]
  for (const parent of found) {
    found.push(...table.filter(({ parentPid }) => parentPid === parent).map((entry) => entry.pid))
  }
  return found
}

/** Temporary folders are named after the process that made them. */
export function foldersOf(pids: readonly number[]): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => pids.some((pid) => name.startsWith(`spoe-bench-${pid}-`)))
}
