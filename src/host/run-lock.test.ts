import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { greetingOf } from './run-lock-visit.ts'
import { type RunLockAddress, acquireRunLock } from './run-lock.ts'

const module = fileURLToPath(new URL('./run-lock.ts', import.meta.url))

type Started = ChildProcessByStdio<null, Readable, null>

const kinds: [string, () => Promise<RunLockAddress>][] = [['a port', findFreePort]]
if (process.platform === 'linux') kinds.push(['an abstract socket', makeAbstractName])

describe.each(kinds)('the lock as %s', (_, makeAddress) => {
  test('fails at once, naming the holder, when it shall not wait', async () => {
    const address = await makeAddress()
    const lock = await acquireRunLock({ wait: false, address })
    const error = await acquireRunLock({ wait: false, address }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'RUN_LOCK_HELD',
      message: expect.stringMatching(new RegExp(`process ${process.pid}, since 20\\d\\d-.*try again`)),
    })
    await lock[Symbol.asyncDispose]()
    await release(acquireRunLock({ wait: false, address }))
  })

  test('waits, tells once for whom, and gets the lock when that run ends', async () => {
    const address = await makeAddress()
    const told: string[] = []
    const first = await acquireRunLock({ wait: false, address })
    const second = acquireRunLock({ wait: true, address, onWait: (holder) => told.push(holder) })
    await until(() => told.length > 0)
    await first[Symbol.asyncDispose]()
    await release(second)
    expect(told).toEqual([expect.stringMatching(new RegExp(`^process ${process.pid}, since 20`))])
  })

  test('tells once for whom it waits, however often it has to ask', async () => {
    const address = await makeAddress()
    const told: string[] = []
    let visits = 0
    const holder = createServer((socket) => {
      visits += 1
      socket.end(greetingOf(4711, new Date(0)))
      if (visits === 3) holder.close()
    })
    await once(holder.listen({ ...address }), 'listening')
    await release(acquireRunLock({ wait: true, address, onWait: (words) => told.push(words) }))
    expect([visits, told]).toEqual([3, ['process 4711, since 1970-01-01T00:00:00.000Z']])
  })

  test('SIGKILL of the holder frees the lock', async () => {
    const address = await makeAddress()
    const holder = startHolder(address)
    await once(holder.stdout, 'data')
    const next = acquireRunLock({ wait: true, address, onWait: () => holder.kill('SIGKILL') })
    await release(next)
  })

  test.each(['220 mail at your service\r\n', '{"mark":"another","pid":1,"since":"2026"}\n'])(
    'a stranger who says %j is told from a run',
    async (said) => {
      let visits = 0
      const address = await makeAddress()
      const stranger = createServer((socket) => {
        visits += 1
        socket.end(said)
      })
      onTestFinished(() => void stranger.close())
      await once(stranger.listen({ ...address }), 'listening')
      await expect(acquireRunLock({ wait: true, address })).rejects.toMatchObject({
        code: 'RUN_LOCK_STRANGER',
      })
      expect(visits).toBe(1)
    },
  )
})

test('of eight processes never two hold it at once, and each gets it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'run-lock-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const log = join(directory, 'log')
  const address = await kinds.at(-1)![1]()
  const contenders = Array.from({ length: 8 }, () => startContender(address, log))
  await Promise.all(contenders.map((contender) => once(contender, 'exit')))
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  const turns = Array.from({ length: 8 }, (__, turn) => lines.slice(2 * turn, 2 * turn + 2))
  // Who writes that it has the lock writes the next line too: that it gives it back.
  for (const [has, gives] of turns) expect(gives).toBe(has?.replace('has', 'gives'))
  expect(new Set(lines).size).toBe(16)
})

test('waiting ends when it is aborted, with the reason given', async () => {
  const address = await findFreePort()
  const lock = await acquireRunLock({ wait: false, address })
  const controller = new AbortController()
  const reason = new Error('enough')
  const waiting = acquireRunLock({
    wait: true,
    address,
    signal: controller.signal,
    onWait: () => setImmediate(() => controller.abort(reason)),
  })
  await expect(waiting).rejects.toBe(reason)
  await lock[Symbol.asyncDispose]()
})

test('a held lock does not keep its process alive', async () => {
  const holder = startHolder(await findFreePort(), '')
  expect(await once(holder, 'exit')).toEqual([0, null])
})

test('a holder that is stopped still excludes', async () => {
  const address = await findFreePort()
  const holder = startHolder(address)
  await once(holder.stdout, 'data')
  holder.kill('SIGSTOP')
  await expect(acquireRunLock({ wait: false, address })).rejects.toThrow(
    /a process that does not answer at 127/,
  )
})

function startHolder(address: RunLockAddress, staying = 'setInterval(() => {}, 1000)'): Started {
  return start(`
    await acquireRunLock({ wait: false, address: ${JSON.stringify(address)} })
    console.log('held')
    ${staying}`)
}

function startContender(address: RunLockAddress, log: string): Started {
  return start(`
    const { appendFileSync } = await import('node:fs')
    const lock = await acquireRunLock({ wait: true, address: ${JSON.stringify(address)} })
    appendFileSync(${JSON.stringify(log)}, 'has ' + process.pid + '\\n')
    await new Promise((resolve) => setTimeout(resolve, 5))
    appendFileSync(${JSON.stringify(log)}, 'gives ' + process.pid + '\\n')
    await lock[Symbol.asyncDispose]()`)
}

function start(source: string): Started {
  const acquire = `const { acquireRunLock } = await import(${JSON.stringify(module)})`
  const started = spawn(process.execPath, ['--input-type=module', '-e', `${acquire}\n${source}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void started.kill('SIGKILL'))
  return started
}

async function release(acquiring: Promise<AsyncDisposable>): Promise<void> {
  const lock = await acquiring
  await lock[Symbol.asyncDispose]()
}

async function findFreePort(): Promise<RunLockAddress> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('Expected a port')
  return { host: '127.0.0.1', port: address.port }
}

async function makeAbstractName(): Promise<RunLockAddress> {
  return { path: `\0spoe-bench/test-${process.pid}-${Math.random()}` }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(5)
}
