import { appendFileSync } from 'node:fs'

/**
 * Adds Markdown to the summary of a CI job.
 * @param file what GITHUB_STEP_SUMMARY names; undefined or empty outside of a job
 */
export function addToJobSummary(file: string | undefined, markdown: string): void {
  if (file !== undefined && file !== '') appendFileSync(file, `${markdown}\n`)
}
