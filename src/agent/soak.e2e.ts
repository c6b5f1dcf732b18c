import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import { sessionKinds } from './soak-sessions.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))

function soak(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [cli, 'soak', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

describe('soak', () => {
  test('some seconds of it find the agent flat and every error accounted for', async () => {
    const command = soak('--minutes', '0.1', '--connections', '64')
    const exited = once(command, 'exit')
    const output = await text(command.stdout)
    expect(output.trimEnd().split('\n').at(-1)).toMatch(
      /^The agent is sound: its memory grew by -?\d+\.\d\d MB/,
    )
    expect(await exited).toEqual([0, null])
    // Each kind had its turn, and garbage was noticed: an idle soak would be sound as well.
    for (const kind of sessionKinds) expect(output).toMatch(new RegExp(`^sessions .*${kind}: [1-9]`, 'm'))
    expect(output).toMatch(/^ACKs +\d{1,3}(?:,\d{3})+, each compared/m)
    expect(output).toMatch(/^the agent's errors .*protocol invalidFrame: [1-9]/m)
  })

  test('SIGINT, twice at once as from npm, ends it with what was found', async () => {
    const command = soak()
    const exited = once(command, 'exit')
    await once(command.stderr, 'data')
    command.kill('SIGINT')
    command.kill('SIGINT')
    expect(await text(command.stdout)).toMatch(/\nInterrupted: this is how far it came\.\n$/)
    expect(await exited).toEqual([2, null])
  })

  test('bad arguments are exit code 2 with one sentence', async () => {
    const command = soak('--minutes', 'ten')
    const exited = once(command, 'exit')
    expect(await text(command.stderr)).toBe(
      'spoe-bench: Expected --minutes to be a number above 0 and up to 10000, got "ten"\n',
    )
    expect(await exited).toEqual([2, null])
  })
})
