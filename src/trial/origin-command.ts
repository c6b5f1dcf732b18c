import { parseArgs } from 'node:util'
import { formatAddress, parseAddress } from '../agent/address.ts'
import { OriginError } from '../origin/origin-error.ts'
import { startOrigin } from '../origin/origin.ts'
import { monotonicClock } from './clock.ts'

const usage = `Usage: npm run origin -- [--listen 127.0.0.1:12347]

The web server behind HAProxy, for a host of its own: it answers 200 and "ok", and writes down what each request
proves, for "npm run run -- --origin HOST:PORT" to fetch.

  --listen HOST:PORT  address to listen on; port 0 for any free one
  --help              this text`

/** Serves until SIGINT or SIGTERM. @throws {OriginError} `invalidOption` with one sentence for the user */
export async function runOriginCommand(args: readonly string[]): Promise<void> {
  const { help, listen } = parseFlags(args)
  if (help) return console.log(usage)
  const address = parseAddress(listen)
  if (address === null) {
    throw new OriginError(
      'invalidOption',
      `Expected --listen to be HOST:PORT such as 127.0.0.1:12347, got "${listen}"`,
    )
  }
  const origin = await startOrigin(monotonicClock(process.hrtime.bigint()), { ...address, handsOut: true })
  console.log(`origin on ${formatAddress({ host: address.host, port: origin.port })}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void origin[Symbol.asyncDispose]())
  }
}

function parseFlags(args: readonly string[]): { help: boolean; listen: string } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        listen: { type: 'string', default: '127.0.0.1:12347' },
      },
    }).values
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('. ')
    throw new OriginError('invalidOption', `${reason}.\n${usage}`, { cause })
  }
}
