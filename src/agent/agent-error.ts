/** Why the agent failed or gave something up, as a stable word. */
export type AgentErrorCode =
  | 'listenFailed'
  | 'invalidOption'
  | 'handlerFailed'
  | 'handlerTimeout'
  | 'timeout'
  | 'tooManyConnections'
  | 'socketFailed'
  | 'notListening'
  | 'notSpop'
  | 'commandFailed'
  | 'interrupted'

/** The agent's error: `code` says what, `cause` is the error behind it, if any. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly code: AgentErrorCode

  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
