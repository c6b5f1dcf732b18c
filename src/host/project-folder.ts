import { fileURLToPath } from 'node:url'

/** The repository; in the package the folder that mirrors it, dist/. */
export const codeFolder = fileURLToPath(new URL('../../', import.meta.url))

/** Whether this code runs from the package that somebody has installed, and not from its sources. */
export const isInstalled = import.meta.url.endsWith('.js')

/**
 * Where results/ and .cache/ are: the repository, or the folder in which somebody who has installed the package called
 * it. What is measured in his project belongs to it, and node_modules is no place for anything that should last.
 */
export const projectFolder = isInstalled ? (process.env['SPOE_BENCH_PROJECT'] ?? process.cwd()) : codeFolder

/** What a sentence tells to run, as it is called here: `npm run gate -- --base main` is `npx spoe-bench gate --base main`. */
export function asCalled(text: string, isPackage: boolean = isInstalled): string {
  if (!isPackage) return text
  return text.replaceAll(/npm run ([\w:]+)( -- )?/g, (_, name: string, flags = '') =>
    flags === '' ? `npx spoe-bench ${name}` : `npx spoe-bench ${name} `,
  )
}
