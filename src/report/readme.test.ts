import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderReadme } from './readme.ts'

test('picture and table of README.md are those of the committed run: npm run readme makes them', async () => {
  for (const [file, text] of await renderReadme()) {
    expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toBe(text)
  }
})
