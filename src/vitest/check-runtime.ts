/**
 * Leaves with one sentence and exit code 2 on a Node that cannot run TypeScript by itself. The first thing
 * that the configuration does, because nothing after it would load. Vitest does not enforce engines.
 */
export function checkRuntime(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if ((major === 22 && minor >= 18) || major === 24 || major >= 26) return
  console.error(
    `spoe-bench: expected Node ^22.18 || ^24 || >=26, got ${version}; "npm run bench" brings a fit one along.`,
  )
  process.exit(2)
}
