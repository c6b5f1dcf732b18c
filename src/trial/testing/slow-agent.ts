import { serveAgent } from '../serve-agent.ts'

// Spends 5 ms outside the sleep that it stamps.
serveAgent((reputation) => async (notify) => {
  const actions = await reputation.handler(notify)
  await new Promise((resolve) => setTimeout(resolve, 5))
  return actions
})
