import { fileURLToPath } from 'node:url'
import { siblingModule } from '../../record/sibling-module.ts'
import { type OwnProcess, type OwnProcessOptions, startOwnProcess } from '../peers/own-process.ts'

const command = fileURLToPath(siblingModule('../../host/name-server', import.meta.url))

/**
 * Starts a name server that answers every question at once, in a process of its own.
 *
 * @throws {TrialError} `stack` when it does not listen
 */
export function startOwnNameServer(options: OwnProcessOptions): Promise<OwnProcess> {
  return startOwnProcess('name server', [command], options)
}
