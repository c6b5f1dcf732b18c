import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { codeFolder } from '../host/project-folder.ts'
import { sha256 } from '../record/canonical.ts'
import type { Plan } from '../record/plan.ts'

/**
 * Beside src/ and bench/: what decides which packages run, how Vitest runs them, and a figure of every table. The
 * package has no lockfile; its manifest pins what it depends on.
 */
const singleFiles = ['package-lock.json', 'vitest.config.ts', 'fixtures/published.json']
const singleFilesInstalled = ['package.json', 'vitest.config.js', 'fixtures/published.json']

let identity: Plan['code'] | undefined

/** Version and hash of the code that measures and judges. Read once: what runs does not change while it runs. */
export function identifyCode(): Plan['code'] {
  identity ??= {
    version: (JSON.parse(readFileSync(join(codeFolder, 'package.json'), 'utf8')) as { version: string })
      .version,
    hash: hashFiles(codeFolder, listCode(codeFolder)),
  }
  return identity
}

/** A note where other code measured than reads, else none. */
export function noteOtherCode(code: Plan['code']): string[] {
  const own = identifyCode()
  if (own.hash === code.hash) return []
  return [
    `measured by other code (${code.version}, ${code.hash.slice(0, 12)}) than checks it (${own.version}, ${own.hash.slice(0, 12)})`,
  ]
}

/** Every file that plays a part in a run, relative to `base` and sorted: tests and their helpers are left out. */
export function listCode(base: string): string[] {
  const found = ['src', 'bench'].flatMap((folder) =>
    readdirSync(join(base, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isCode(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(join(base, '/').length)),
  )
  const singles = existsSync(join(base, 'src', 'cli.js')) ? singleFilesInstalled : singleFiles
  return [...found.filter((file) => !file.includes('/testing/')), ...singles].toSorted()
}

function isCode(name: string): boolean {
  return /\.(?:ts|js|mjs|json|sh|py)$/.test(name) && !/(?:^testing|\.test|\.e2e)\.ts$/.test(name)
}

/** SHA-256 over a line `<hash>  <file>` for each file, as `sha256sum` prints them: anyone can make it by hand. */
export function hashFiles(base: string, files: readonly string[]): string {
  return sha256(files.map((file) => `${sha256(readFileSync(join(base, file)))}  ${file}\n`).join(''))
}
