import { serveAgent } from '../serve-agent.ts'

// Its ACKs set nothing, from the first one on.
serveAgent((reputation) => async (notify) => {
  await reputation.handler(notify)
  return []
})
