import { z } from 'zod'
import { runSchema } from './run.ts'

/**
 * The published JSON Schema (draft 2020-12) of run.json, made from the one that writes it: `npm run schema`
 * prints it, docs/run.schema.json is that.
 */
export function runJsonSchema(): object {
  return publish(
    runSchema,
    'urn:spoe-bench:run:1',
    'What a run of spoe-bench found; figures in milliseconds.',
  )
}

function publish(schema: z.ZodType, $id: string, description: string): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { override: dropIntegerRange })
  return { $schema, $id, description, ...rest }
}

/** That a whole number is one which JavaScript can hold is no property of the format. */
function dropIntegerRange({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
