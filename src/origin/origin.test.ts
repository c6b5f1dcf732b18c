import { get } from 'node:http'
import { expect, test } from 'vitest'
import { startOrigin } from './origin.ts'

test('a request that carries no number of ours is told apart, whatever it carries', async () => {
  await using origin = await startOrigin(() => 5)
  const send = (headers: Record<string, string | string[]>): Promise<void> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: origin.port, headers, agent: false }, (response) =>
        response.resume().once('end', resolve),
      ).once('error', reject)
    })
  await send({ 'x-request': '00000042' })
  const others = ['', ' ', '0.5', '-1', '1e3', '0x10', '99999999999999999999', 'NaN', ['1', '2']]
  for (const text of others) await send({ 'x-request': text })
  await send({})
  const numbers = origin.takeRecords().map(([number]) => number)
  expect(numbers).toEqual([42, ...others.map(() => -1), -1])
})
