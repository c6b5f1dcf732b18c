import { setVar } from '../../spop/action.ts'
import { serveAgent } from '../serve-agent.ts'

// A reputation under 20: HAProxy has to reject the client.
serveAgent((reputation) => async (notify) => [
  ...(await reputation.handler(notify)),
  setVar('sess', 'ip_score', 19),
])
