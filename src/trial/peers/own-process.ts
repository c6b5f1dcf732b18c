import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { spawn } from 'node:child_process'
import { guardCommand } from '../../host/guard.ts'
import { TrialError } from '../trial-error.ts'

/** A server of ours in a process of its own. */
export interface OwnProcess extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly pid: number
}

export interface OwnProcessOptions {
  /** Words before its command that end up in it, such as `unshare --net --`. Default: none. */
  readonly prefix?: readonly string[]
  /** Default 127.0.0.1. */
  readonly host?: string
}

/**
 * Starts Node with `words` and `--listen`, on a port of the kernel's choice, and takes the port from what it says. It
 * dies with us.
 *
 * @param name what a message calls it
 * @throws {TrialError} `stack` when it does not listen
 */
export async function startOwnProcess(
  name: string,
  words: readonly string[],
  { prefix = [], host = '127.0.0.1' }: OwnProcessOptions,
): Promise<OwnProcess> {
  const [guard = '', ...guardWords] = guardCommand()
  // A guard has a number of its own.
  const telling = ['sh', '-c', 'echo "pid $$"; exec "$@"', 'sh']
  const own = [process.execPath, ...words, '--listen', `${host}:0`]
  const child = spawn(guard, [...guardWords, ...telling, ...prefix, ...own], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // What Vitest tells its own processes (loaders, inspectors) is not for the measured one.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const exited = once(child, 'exit')
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    // A drain that hangs ends with the guard's pipe.
    const late = setTimeout(() => child.stdin.destroy(), 2000)
    await exited
    clearTimeout(late)
  }
  let pid = 0
  const port = await Promise.race([
    new Promise<number>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        pid ||= Number(/^pid (\d+)$/.exec(line)?.[1] ?? 0)
        const found = / on \S+:(\d+)/.exec(line)?.[1]
        if (found !== undefined) resolve(Number(found))
      })
    }),
    exited.then(() => null),
  ])
  if (port === null) {
    throw new TrialError(
      'stack',
      `Expected our ${name} to listen; it ended and said: ${said.trim() || 'nothing'}`,
    )
  }
  return { host, port, pid, [Symbol.asyncDispose]: stop }
}
