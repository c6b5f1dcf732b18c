import { fileURLToPath } from 'node:url'
import { siblingModule } from '../../record/sibling-module.ts'
import { type OwnProcess, type OwnProcessOptions, startOwnProcess } from '../peers/own-process.ts'

const command = fileURLToPath(siblingModule('../origin-command', import.meta.url))

/**
 * Starts an origin (`npm run origin`) in a process of its own.
 *
 * @throws {TrialError} `stack` when it does not listen
 */
export function startOwnOrigin(options: OwnProcessOptions): Promise<OwnProcess> {
  return startOwnProcess('origin', [command], options)
}
