import { parseArgs } from 'node:util'
import { AgentError } from './agent-error.ts'
import { agentFaultNames, agentFaults, isAgentFault, type AgentFault } from './faults.ts'
import { startFaultyAgent } from './faulty-agent.ts'

const faultsAtOnce = agentFaultNames.filter((name) => name !== 'refused')

const usage = `Usage: npm run agent:faulty -- FAULT [--port 12345] [--late-ms 400]

An SPOP agent on 127.0.0.1 that fails HAProxy on purpose, for haproxy/outage. FAULT is one of

${faultsAtOnce.map((name) => `  ${name.padEnd(14)}${agentFaults[name]}`).join('\n')}

  --port NUMBER     port to listen on
  --late-ms NUMBER  milliseconds before each answer of "late"`

export interface FaultyCommandOptions {
  readonly fault: AgentFault
  readonly port: number
  readonly lateMs: number
}

/**
 * Reads the command's arguments; undefined is a request for help.
 * @throws AgentError `invalidOption` with one sentence for the user
 */
export function parseFaultyCommand(args: readonly string[]): FaultyCommandOptions | undefined {
  const { values, positionals } = parseFlags(args)
  if (values.help) return undefined
  const [fault = '', ...others] = positionals
  if (!isAgentFault(fault) || fault === 'refused' || others.length > 0) {
    throw invalid(`Expected one fault of ${faultsAtOnce.join(', ')}, got "${positionals.join(' ')}"`)
  }
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Infinity
  if (port > 65_535) throw invalid(`Expected --port to be a number of 0 to 65535, got "${values.port}"`)
  const lateMs = /^\d{1,6}$/.test(values['late-ms']) ? Number(values['late-ms']) : null
  if (lateMs === null) {
    throw invalid(`Expected --late-ms to be a number of 0 to 999999, got "${values['late-ms']}"`)
  }
  return { fault, port, lateMs }
}

function parseFlags(args: readonly string[]): {
  readonly values: { readonly help: boolean; readonly port: string; readonly 'late-ms': string }
  readonly positionals: readonly string[]
} {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        port: { type: 'string', default: '12345' },
        'late-ms': { type: 'string', default: '400' },
      },
    })
  } catch (cause) {
    throw new AgentError('invalidOption', `Expected a fault, --port, --late-ms or --help: ${String(cause)}`, {
      cause,
    })
  }
}

function invalid(message: string): AgentError {
  return new AgentError('invalidOption', message)
}

/** Serves until a signal ends it. Sets the exit code: 2 for arguments or a port that it cannot use. */
export async function runFaultyCommand(args: readonly string[]): Promise<void> {
  const options = parseFaultyCommand(args)
  if (options === undefined) {
    process.stdout.write(`${usage}\n`)
    return
  }
  const { host, port } = await startFaultyAgent(options)
  process.stdout.write(
    `agent: listening on ${host}:${port}, ${options.fault}: ${agentFaults[options.fault]}\n`,
  )
}
