/** A JSON file as people and tools read it; the same value is the same bytes, because its writer fixes the order. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
