import { get } from 'node:http'
import { z } from 'zod'
import { type OriginRecord, originSchema } from '../record/samples.ts'
import { OriginError } from './origin-error.ts'
import { recordsPath } from './origin.ts'

const answerSchema = z.strictObject({
  schema: z.literal('spoe-bench/origin/1'),
  requests: z.array(originSchema),
})

const timeoutMs = 5_000

/**
 * What an origin on another host wrote down since the last time it was asked.
 *
 * @throws {OriginError} `notListening` where nobody accepts, `notOurs` where what answers is another web server
 */
export async function askOrigin(host: string, port: number): Promise<OriginRecord[]> {
  const where = `${host} port ${port}`
  const text = await read(host, port).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new OriginError('notListening', `Expected an origin to listen on ${where}: ${reason}.`, { cause })
  })
  try {
    return answerSchema.parse(JSON.parse(text)).requests
  } catch (cause) {
    throw new OriginError(
      'notOurs',
      `Expected ${where} to be an origin of "npm run origin", which writes down what proves itself; it answered ` +
        `"${text.slice(0, 40).replaceAll(/\s+/g, ' ')}".`,
      { cause },
    )
  }
}

function read(host: string, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = { host, port, path: recordsPath, agent: false, timeout: timeoutMs }
  const request = get(options, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => void chunks.push(chunk))
    response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    response.once('error', reject)
  })
  request.once('timeout', () => request.destroy(new Error(`nothing came within ${timeoutMs} ms`)))
  request.once('error', reject)
  return promise
}
