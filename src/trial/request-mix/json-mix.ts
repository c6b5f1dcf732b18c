import { z } from 'zod'
import type { MixRequest } from '../../record/traffic.ts'

/** A mix as somebody writes it: a list of requests, of which nothing but the path has to be there. */
const fileSchema = z
  .array(
    z
      .strictObject({
        method: z.string().default('GET'),
        path: z.string(),
        headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
        body: z.string().optional(),
        bodyBase64: z.base64().optional(),
        bodyBytes: z.int().min(0).optional(),
        times: z.int().min(1).max(1000).default(1),
      })
      .refine(
        ({ body, bodyBase64, bodyBytes }) =>
          [body, bodyBase64, bodyBytes].filter((one) => one !== undefined).length <= 1,
        'one of body, bodyBase64 and bodyBytes',
      ),
  )
  .min(1)

/** @throws {z.ZodError | SyntaxError} */
export function parseJsonMix(text: string): MixRequest[] {
  return fileSchema.parse(JSON.parse(text)).map(({ method, path, headers, times, ...content }) => {
    const body = bodyIn(content)
    return {
      method,
      path,
      headers: Object.entries(headers).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
      ...(body === undefined ? {} : { body }),
      times,
    }
  })
}

function bodyIn({
  body,
  bodyBase64,
  bodyBytes,
}: {
  body?: string | undefined
  bodyBase64?: string | undefined
  bodyBytes?: number | undefined
}): MixRequest['body'] {
  if (body !== undefined) return body === '' ? undefined : { text: body }
  if (bodyBase64 !== undefined) return bodyBase64 === '' ? undefined : { base64: bodyBase64 }
  return bodyBytes === undefined || bodyBytes === 0 ? undefined : { bytes: bodyBytes }
}
