import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import { frame, haproxyHello, hex, message, notify, sized, toHex, typed } from '../spop/testing.ts'
import { parseCommand } from './command.ts'
import { RawPeer } from './testing.ts'

const script = fileURLToPath(new URL('command.ts', import.meta.url))

type Command = ChildProcessByStdio<null, Readable, Readable>

function run(...args: string[]): Command {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

async function connectTo(port: number): Promise<RawPeer> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const peer = new RawPeer(socket)
  peer.send(haproxyHello())
  await peer.receive(1)
  return peer
}

// Processes are slow to start on a busy machine.
describe('agent command', { timeout: 30_000 }, () => {
  test('defaults are the seed’s', () => {
    expect(parseCommand([])).toEqual({ host: '127.0.0.1', port: 12_345, delayMs: 0, spinMs: 0, score: 50 })
    expect(
      parseCommand(['--listen', '[::1]:0', '--delay-ms', '0.5', '--spin-ms', '0.1', '--score', '19']),
    ).toEqual({
      host: '::1',
      port: 0,
      delayMs: 0.5,
      spinMs: 0.1,
      score: 19,
    })
    expect(parseCommand(['--help'])).toBeUndefined()
  })

  test.each([
    ['--listen', '12345'],
    ['--listen', '127.0.0.1:65536'],
    ['--listen', '::1:80'],
    ['--listen', ':80'],
    ['--delay-ms', '-1'],
    ['--delay-ms', 'ten'],
    ['--delay-ms', '1e3'],
    ['--delay-ms', ''],
    ['--delay-ms', '2147483648'],
    ['--spin-ms', '1001'],
    ['--score', '1.5'],
    ['--score', '2147483648'],
    ['--score', ''],
  ])('%s "%s" is refused, with what was expected', (flag, value) => {
    expect(() => parseCommand([`${flag}=${value}`])).toThrow(
      expect.objectContaining({
        code: 'invalidOption',
        message: expect.stringMatching(new RegExp(`^Expected ${flag} to be .*, got "${value}"$`)),
      }),
    )
  })

  test.each([
    [['--unknown', '5'], "Expected --listen, --delay-ms, --spin-ms, --score or --help, got '--unknown'"],
    [['-x'], "Expected --listen, --delay-ms, --spin-ms, --score or --help, got '-x'"],
    [['-5'], "Expected --listen, --delay-ms, --spin-ms, --score or --help, got '-5'"],
    [['two words'], "Expected --listen, --delay-ms, --spin-ms, --score or --help, got 'two words'"],
    [['--score'], 'Expected a value after --score'],
    [['--delay-ms', '--score', '5'], 'Expected a value after --delay-ms'],
    [['--help=1'], 'Expected --help without a value'],
  ])('%j: what was expected, in one sentence', (args, sentence) => {
    expect(() => parseCommand(args)).toThrow(
      expect.objectContaining({ code: 'invalidOption', message: sentence }),
    )
  })

  test('a negative score needs no "="', () => {
    expect(parseCommand(['--score', '-5', '--delay-ms', '1'])).toMatchObject({ score: -5, delayMs: 1 })
  })

  test('bad arguments: one sentence on stderr, nothing on stdout, exit code 2', async () => {
    for (const args of [
      ['--listen', 'nowhere'],
      ['--unknown'],
      ['positional'],
      ['--score'],
      ['--delay-ms', '-1'],
    ]) {
      const command = run(...args)
      const [out, err, [code]] = await Promise.all([
        text(command.stdout),
        text(command.stderr),
        once(command, 'exit'),
      ])
      expect({ out, code }).toEqual({ out: '', code: 2 })
      expect(err).toMatch(/^agent: [^\n]+\n$/)
    }
  })

  test('an address that cannot be had: one sentence, exit code 2', async () => {
    const command = run('--listen', '192.0.2.1:1')
    const [err, [code]] = await Promise.all([text(command.stderr), once(command, 'exit')])
    expect({ err, code }).toEqual({
      err: 'agent: Expected to listen on 192.0.2.1 port 1; is it an address of this machine?\n',
      code: 2,
    })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'one line when ready; answers with the score; drains on %s and ends with 0',
    async (signal) => {
      const command = run('--listen', '127.0.0.1:0', '--delay-ms', '30', '--score=-1')
      const exited = once(command, 'exit')
      const ready: unknown[] = await once(command.stdout, 'data')
      const match = /^agent: listening on 127\.0\.0\.1:(\d+), delay 30 ms, score -1\n$/.exec(String(ready[0]))
      const err = text(command.stderr)
      await using peer = await connectTo(Number(match![1]))
      // The second has no address: it is answered at once, without actions.
      peer.send(notify(1, 1), notify(3, 1, message('check', 1, 'ip', typed.null)))
      await peer.waitFor(2)
      // As a terminal and the launcher do it: the same signal twice.
      command.kill(signal)
      await new Promise((resolve) => setTimeout(resolve, 5))
      command.kill(signal)
      const frames = await peer.receiveAll()
      const payload = [...hex('01 03 01'), ...sized('ip_score'), ...hex('02 ff f0 fe fe fe fe fe fe fe 0e')]
      expect(frames[1]).toBe(toHex(frame({ type: 103, streamId: 3, frameId: 1 }).subarray(4)))
      expect(frames[2]).toBe(toHex(frame({ type: 103, streamId: 1, frameId: 1, payload }).subarray(4)))
      expect(frames[3]).toMatch(/^66 /)
      expect(await exited).toEqual([0, null])
      expect(await err).toBe('agent: Expected an address in argument "ip" of the first message, got null\n')
    },
  )
})
