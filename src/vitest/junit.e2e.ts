import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { launch } from './testing/launch.ts'

const dir = mkdtempSync(join(tmpdir(), 'junit-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** Names and attributes of all elements in order; an element that is not closed where it should be is an error. */
function parseXml(text: string): { name: string; attributes: Record<string, string> }[] {
  const elements: { name: string; attributes: Record<string, string> }[] = []
  const open: string[] = []
  for (const [, end, name = '', attributes = '', empty] of text
    .replace(/^<\?xml [^>]*\?>/, '')
    .matchAll(/<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>/g)) {
    if (end === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`)
    } else {
      const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        value,
      ])
      elements.push({ name, attributes: Object.fromEntries(pairs) as Record<string, string> })
      if (empty !== '/') open.push(name)
    }
  }
  expect(open).toEqual([])
  return elements
}

test('--junit writes a test case for every case, and the job summary gets verdict and commitment', async () => {
  const file = join(dir, 'report.xml')
  const summaryFile = join(dir, 'summary.md')
  const { exitCode } = await launch('bench:smoke', ['--junit', file], { GITHUB_STEP_SUMMARY: summaryFile })
  const text = readFileSync(file, 'utf8')
  const elements = parseXml(text)
  expect(elements.slice(0, 2).map(({ name }) => name)).toEqual(['testsuites', 'testsuite'])
  const cases = elements.filter(({ name }) => name === 'testcase')
  expect(cases.map(({ attributes }) => attributes['name'])).toEqual([
    'agent sleeps 0 ms',
    'agent sleeps 10 ms',
    'agent sleeps 100 ms',
    'the run is valid',
  ])
  // On a busy machine a case may fail; then it says so here as well.
  const failures = elements.filter(({ name }) => name === 'failure')
  expect(failures.length === 0).toBe(exitCode === 0)
  expect(elements[1]?.attributes).toMatchObject({ tests: '4', failures: String(failures.length) })
  expect(text).not.toMatch(/fastest|faster/)
  expect(text).not.toContain(`"${hostname()}"`)

  const summary = readFileSync(summaryFile, 'utf8')
  expect(summary).toMatch(/^spoe-bench run `[^`]+`, commitment `[0-9a-f]{64}`\n\n\*\*\S \w+\*\*: /)
})
