/**
 * `spoe-bench/agent`: an SPOP agent for HAProxy's SPOE (SPOE.txt, section 3), both dialects.
 *
 *     const agent = await startAgent({
 *       port: 12_345,
 *       handler: ({ messages }) => [setVar('sess', 'ip_score', messages[0]?.arg('ip') ? 50 : 0)],
 *     })
 */
export { AgentError } from './agent/agent-error.ts'
export type { AgentErrorCode } from './agent/agent-error.ts'
export { defaultLimits } from './agent/limits.ts'
export type { AgentLimits } from './agent/limits.ts'
export type { AgentOptions, ErrorContext, ErrorListener, Notify, NotifyHandler } from './agent/options.ts'
export { startAgent } from './agent/server.ts'
export type { Agent, CloseOptions } from './agent/server.ts'
export { setVar, unsetVar } from './spop/action.ts'
export type { Action, SetVar, UnsetVar, VariableScope } from './spop/action.ts'
export type { Disconnect } from './spop/disconnect.ts'
export type { FrameId } from './spop/frame-parser.ts'
export type { Hello } from './spop/hello.ts'
export type { KvEntry } from './spop/kv-list.ts'
export type { Message } from './spop/message.ts'
export { SpopError, statusCode } from './spop/status.ts'
export type { Primitive, TypedValue } from './spop/typed-data.ts'
