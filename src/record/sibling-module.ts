/**
 * A module beside another one, for threads and processes that start from a file: TypeScript where this code runs
 * from its sources, JavaScript where it runs from the package (Node takes no TypeScript from node_modules).
 * @param name relative and without its ending: `./load-thread`
 * @param importer `import.meta.url` of whoever asks
 */
export function siblingModule(name: string, importer: string): URL {
  return new URL(`${name}${importer.endsWith('.ts') ? '.ts' : '.js'}`, importer)
}
