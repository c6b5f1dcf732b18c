import { z } from 'zod'

/** When HAProxy asks an agent that is not ours. */
export const askingSchema = z.strictObject({
  events: z.array(z.string()).describe('and rules that send a group'),
  provenIn: z.enum(['request', 'response']).describe('whether the origin is told of the proof or the client'),
  isBracketed: z.boolean().describe("whether HAProxy's clock is read before and after all of them"),
})

/** By what files an agent that is not ours is asked, and how that shows. */
export const askedShape = {
  proof: z.array(z.string()).min(1).describe('variables of HAProxy that it sets for every request'),
  files: z.string().describe('SHA-256 over the SPOE file, the engine and the rules that it is asked by'),
}

export const askedSchema = z.strictObject({ ...askedShape, asking: askingSchema })
export type Asked = z.infer<typeof askedSchema>
