import { serveAgent } from '../serve-agent.ts'

// Proves itself for twenty NOTIFYs; from then on its ACKs set nothing.
let answered = 0
serveAgent((reputation) => async (notify) => {
  const actions = await reputation.handler(notify)
  return answered++ < 20 ? actions : []
})
