import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import config from '../../vitest.config.ts'
import { codeFolder } from '../host/project-folder.ts'

interface TestProject {
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
}

function projectOf(name: string): TestProject {
  const projects = config.test?.projects as { test: TestProject & { name: string } }[]
  return projects.find((project) => project.test.name === name)!.test
}

const sources = readdirSync(join(codeFolder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.e2e.ts'))
  .map((file) => ({ file: `src/${file}`, text: readFileSync(join(codeFolder, 'src', file), 'utf8') }))

test('a file that starts HAProxy runs beside others or alone, and no file in neither way', () => {
  const [beside, alone] = [projectOf('e2e'), projectOf('e2e-alone')]
  expect(beside.include).toEqual(['src/**/*.e2e.ts'])
  expect(beside.exclude).toEqual(alone.include)
  expect(alone.include.filter((file) => !existsSync(join(codeFolder, file)))).toEqual([])
})

test('who starts the launcher or a bench takes turns with others who do', () => {
  const starts = sources.filter(({ text }) => /launcher\.mjs|vitest\.mjs|waysIn/.test(text))
  expect(starts.length).toBeGreaterThan(5)
  const takesTurns = /from '\.[./a-z]*\/testing\/(?:launch|export|installed-project)\.ts'/
  expect(starts.filter(({ text }) => !takesTurns.test(text)).map(({ file }) => file)).toEqual([])
})
