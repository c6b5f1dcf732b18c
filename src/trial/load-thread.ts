import { createLoadMethods } from './serve-load.ts'
import { serveThread } from './thread.ts'

const report = serveThread(createLoadMethods((event) => report(event)))
