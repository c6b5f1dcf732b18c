import { resolve } from 'node:path'
import { z } from 'zod'
import type { NotifyHandler } from '../agent/options.ts'
import { type SpoeEvent, spoeEvents } from '../haproxy/sections.ts'
import { type Connection, connectionSchema } from '../record/traffic.ts'
import { TrialError } from '../trial/trial-error.ts'

/** What is measured: an agent that is started, one that runs already, or a handler that is served in this process. */
export type AgentToMeasure =
  | {
      /** One program with its arguments, without a shell, `{port}` where its port goes: `./my-spoa -p {port}`. */
      readonly command: string
    }
  | {
      /** `127.0.0.1:9000`; it is left running. */
      readonly address: string
    }
  | { readonly handler: NotifyHandler }

/** What `npx spoe-bench run` takes as flags, for `blindTest` and `spoe-bench.config.ts`. */
export interface BlindTestOptions {
  readonly agent: AgentToMeasure
  /**
   * Your SPOE file, and which scope of it where it has several.
   * @default the article's: message `check-client-ip` with `ip=src`, for every request
   */
  readonly spoe?: { readonly file: string; readonly engine?: string }
  /**
   * Variables that the agent sets for every request, named as in HAProxy's rules (`txn.coraza.id`). SPOE fails open:
   * what has no proof passed the agent by. Needed with `spoe`.
   * @default 'sess.iprep.ip_score', which the article's agent sets
   */
  readonly proof?: string | readonly string[]
  /** A file with lines of your frontend, such as http-request rules. */
  readonly rules?: string
  /**
   * On which event the article's message is sent; with `spoe` it is what that file says.
   * @default 'on-client-session'
   */
  readonly event?: SpoeEvent
  /** A TCP connection for each request, or kept ones. @default 'new' */
  readonly connection?: Connection
  /** A file with what is sent: a JSON list of requests or a recorded `.har`. @default `GET /` */
  readonly requests?: string
  /** What SPOE and your agent together may add. @default { ms: 10 } */
  readonly addsAtMost?: { readonly ms: number }
  /** Blocks, spread over four fresh HAProxys. @default 2000 */
  readonly blocks?: number
  /** The HAProxy release, fetched if the host has another one: `3.2`. @default what the host has */
  readonly haproxy?: string
  /** Leave the machine as it is instead of keeping it awake. @default false */
  readonly asIs?: boolean
}

const text = z.string().min(1)
const schema = z.strictObject({
  agent: z.union([
    z.strictObject({ command: text }),
    z.strictObject({ address: text }),
    z.strictObject({ handler: z.custom<NotifyHandler>((value) => typeof value === 'function') }),
  ]),
  spoe: z.strictObject({ file: text, engine: text.optional() }).optional(),
  proof: z.union([text, z.array(text).min(1)]).optional(),
  rules: text.optional(),
  event: z.enum(spoeEvents).optional(),
  connection: connectionSchema.optional(),
  requests: text.optional(),
  addsAtMost: z.strictObject({ ms: z.number().positive() }).optional(),
  blocks: z.int().positive().optional(),
  haproxy: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  asIs: z.boolean().optional(),
})

/** What each field is to be, for the sentence about one that is not. */
const words: Record<string, string> = {
  agent: "{ command: './my-spoa -p {port}' }, { address: '127.0.0.1:9000' } or { handler }",
  spoe: "{ file: 'my.spoe.cfg' }, with engine where that file has several",
  proof: "a variable such as 'txn.my.score', or a list of them",
  rules: 'the path of a file',
  event: "an event such as 'on-frontend-http-request'",
  connection: "'new' or 'keep-alive'",
  requests: 'the path of a JSON list or a .har',
  addsAtMost: 'a margin such as { ms: 10 }',
  blocks: 'a whole number above 0',
  haproxy: "a release such as '3.2'",
  asIs: 'true or false',
}

/** The variables of the launcher that say the same, and the handler, which no variable can hold. */
export interface AskedRun {
  readonly env: NodeJS.ProcessEnv
  readonly handler: NotifyHandler | null
}

/**
 * @param value of whoever called, who may not have had it checked by a compiler
 * @param where it comes from, for the sentence: `blindTest`, `spoe-bench.config.ts`
 * @param folder that its paths are relative to
 * @throws {TrialError} `usage` with one sentence: the first field that is not as it should be
 */
export function readBlindTestOptions(value: unknown, where: string, folder: string): AskedRun {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new TrialError('usage', explain(parsed.error, value, where))
  const { agent, spoe, proof, rules, event, connection, requests, addsAtMost, blocks, haproxy, asIs } =
    parsed.data
  const proofs = proof === undefined ? undefined : [proof].flat().join(' ')
  const env: NodeJS.ProcessEnv = {
    SPOE_BENCH_AGENT: 'address' in agent ? agent.address : undefined,
    SPOE_BENCH_AGENT_CMD: 'command' in agent ? agent.command : undefined,
    SPOE_BENCH_SPOE_CONFIG: spoe === undefined ? undefined : resolve(folder, spoe.file),
    SPOE_BENCH_ENGINE: spoe?.engine,
    SPOE_BENCH_PROOF_VARS: proofs,
    SPOE_BENCH_RULES: rules === undefined ? undefined : resolve(folder, rules),
    SPOE_BENCH_EVENT: event,
    SPOE_BENCH_CONNECTION: connection,
    SPOE_BENCH_REQUESTS: requests === undefined ? undefined : resolve(folder, requests),
    SPOE_BENCH_MARGIN_MS: addsAtMost?.ms.toString(),
    SPOE_BENCH_BLOCKS: blocks?.toString(),
    SPOE_BENCH_HAPROXY: haproxy,
    SPOE_BENCH_AS_IS: asIs === true ? '1' : undefined,
  }
  return {
    env: Object.fromEntries(Object.entries(env).filter(([, said]) => said !== undefined)),
    handler: 'handler' in agent ? agent.handler : null,
  }
}

function explain({ issues: [issue] }: z.ZodError, value: unknown, where: string): string {
  if (issue?.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]].join('.')
    const known = issue.path.length === 0 ? `; there are ${Object.keys(words).join(', ')}` : ''
    return `Expected ${where} to have options that there are, got "${path}"${known}.`
  }
  const [field] = issue?.path ?? []
  if (typeof field !== 'string') {
    return `Expected ${where} to have an object of options, such as { agent: { command: './my-spoa -p {port}' } }.`
  }
  const got = (value as Record<string, unknown>)[field]
  return `Expected ${field} of ${where} to be ${words[field]}, got ${JSON.stringify(got) ?? 'nothing'}.`
}
