import { serveAgent } from './serve-agent.ts'

serveAgent()
