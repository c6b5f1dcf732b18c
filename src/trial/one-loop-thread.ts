import { createAgentMethods } from './serve-agent.ts'
import { createLoadMethods } from './serve-load.ts'
import { serveThread } from './thread.ts'

// Client and agent in one event loop, to show what that hides (bench/conditions). Not used otherwise.
const report = serveThread({ ...createAgentMethods(), ...createLoadMethods((event) => report(event)) })
