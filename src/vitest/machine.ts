import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { guardCommand } from '../host/guard.ts'
import { pinPrefix, pinProcess, resume, suspend } from '../host/keep-awake.ts'
import { ownerFileName, ownerRecord } from '../host/owner.ts'
import type { Machine } from '../trial/trial.ts'
import type { RunContext } from './run-context.ts'

/** The machine as globalSetup left it: how HAProxy is started, and how it is kept awake or left alone. */
export function createMachine(context: RunContext): Machine {
  const { haproxyCore, nodeCore } = context.host.keepAwake
  return {
    binary: context.binary,
    nbthread: context.host.haproxy.nbthread,
    haproxyPrefix(dir, mode) {
      // The guard removes the folder when we die; what is left if it dies too, a later run sweeps.
      writeFileSync(join(dir, ownerFileName), JSON.stringify(ownerRecord()))
      const pin = mode === 'awake' && haproxyCore !== null ? pinPrefix(haproxyCore) : []
      return [...guardCommand({ removeDirectory: dir }), ...pin]
    },
    agentPrefix(mode) {
      const pin = mode === 'awake' && nodeCore !== null ? pinPrefix(nodeCore) : []
      return [...guardCommand({ withDescendants: true }), ...pin]
    },
    async enter(mode) {
      if (nodeCore === null) return
      if (mode === 'awake') resume(context.spinnerPids)
      else suspend(context.spinnerPids)
      await pinProcess(process.pid, mode === 'awake' ? [nodeCore] : context.cores)
    },
  }
}
