/**
 * `spoe-bench/provider`: `blindProject` is what a project of Vitest needs for blind trials; the default export is the
 * benchmark provider in it.
 */
export { blindProject } from './vitest/blind-project.ts'
export type { BlindProjectOptions, ProjectOptions } from './vitest/blind-project.ts'
export { default } from './vitest/provider.ts'
