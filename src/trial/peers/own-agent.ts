import { fileURLToPath } from 'node:url'
import { siblingModule } from '../../record/sibling-module.ts'
import { type OwnProcess, type OwnProcessOptions, startOwnProcess } from './own-process.ts'

const command = fileURLToPath(siblingModule('../../agent/command', import.meta.url))

/**
 * Starts our agent (`npm run agent`: the seed's, delay 0, score 50) in a process of its own, as the peers are.
 *
 * @throws {TrialError} `stack` when it does not listen
 */
export function startOwnAgent(options: OwnProcessOptions = {}): Promise<OwnProcess> {
  return startOwnProcess('agent', [command], options)
}
