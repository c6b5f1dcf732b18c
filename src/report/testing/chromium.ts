import { existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { execa } from 'execa'

/**
 * Headless Chromium by its DevTools protocol over Node's own WebSocket: what a page test needs are a dozen methods,
 * and a driver would be a hundred times that. https://chromedevtools.github.io/devtools-protocol/
 */
export interface Chromium extends AsyncDisposable {
  open(): Promise<Tab>
}

export interface Tab {
  /** One method of the protocol; rejects with what Chromium says. */
  send(method: string, params?: object): Promise<Record<string, unknown>>
  /** Loads an address and waits for it. */
  goto(url: string): Promise<void>
  /** The value of an expression in the page; a promise is waited for. */
  evaluate<T>(expression: string): Promise<T>
  /** What went to the console, was logged or was thrown, and every request that left the page. */
  readonly complaints: string[]
  readonly requests: string[]
}

/** Chromium as Debian and others name it, on PATH; undefined where there is none. */
export function findChromium(path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .flatMap((dir) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(dir, name)))
    .find((file) => existsSync(file))
}

interface Message {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

export async function startChromium(binary: string): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'))
  const child = execa(
    binary,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { reject: false, stdout: 'ignore', buffer: false, stdin: 'ignore' },
  )
  const socket = new WebSocket(await endpointOf(child.stderr))
  await new Promise<unknown>((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('Expected Chromium to take a connection.')))
  })
  const waiting = new Map<number, (message: Message) => void>()
  const listeners = new Map<string, (message: Message) => void>()
  let lastId = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else listeners.get(message.sessionId ?? '')?.(message)
  })
  const send = async (method: string, params = {}, sessionId?: string): Promise<Record<string, unknown>> => {
    const id = (lastId += 1)
    const { error, result } = await new Promise<Message>((resolve) => {
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
    })
    waiting.delete(id)
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result ?? {}
  }
  return {
    async open() {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      return openTab(sessionId as string, send, listeners)
    },
    async [Symbol.asyncDispose]() {
      await send('Browser.close').catch(() => {})
      socket.close()
      await child
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function endpointOf(stderr: NodeJS.ReadableStream): Promise<string> {
  const seen: string[] = []
  for await (const line of createInterface({ input: stderr })) {
    const [, url] = /DevTools listening on (ws:\S+)/.exec(line) ?? []
    if (url !== undefined) return url
    seen.push(line)
  }
  throw new Error(`Expected Chromium to say where it listens, it said: ${seen.slice(-3).join(' ')}`)
}

async function openTab(
  sessionId: string,
  sendTo: (method: string, params: object, sessionId: string) => Promise<Record<string, unknown>>,
  listeners: Map<string, (message: Message) => void>,
): Promise<Tab> {
  const complaints: string[] = []
  const requests: string[] = []
  let onLoad = (): void => {}
  listeners.set(sessionId, ({ method, params }) => {
    const said = (): void => void complaints.push(`${method}: ${JSON.stringify(params).slice(0, 400)}`)
    if (method === 'Page.loadEventFired') onLoad()
    if (method === 'Runtime.consoleAPICalled' || method === 'Runtime.exceptionThrown') said()
    if (method === 'Log.entryAdded') said()
    if (method === 'Network.requestWillBeSent') {
      requests.push((params as { request: { url: string } }).request.url)
    }
  })
  const send: Tab['send'] = async (method, params = {}) => sendTo(method, params, sessionId)
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)
  return {
    send,
    complaints,
    requests,
    async goto(url) {
      const loaded = new Promise<void>((resolve) => (onLoad = resolve))
      await send('Page.navigate', { url })
      await loaded
    },
    async evaluate<T>(expression: string) {
      const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
      if (answer['exceptionDetails'] !== undefined)
        throw new Error(JSON.stringify(answer['exceptionDetails']))
      return (answer['result'] as { value: T }).value
    },
  }
}
