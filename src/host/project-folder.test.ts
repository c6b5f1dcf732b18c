import { expect, test } from 'vitest'
import { asCalled } from './project-folder.ts'

test.for([
  ['Next: `npm run bench` shows it.', 'Next: `npx spoe-bench bench` shows it.'],
  ['npm run gate -- --base main', 'npx spoe-bench gate --base main'],
  ['nothing to run', 'nothing to run'],
] as const)('%s', ([text, called]) => {
  expect(asCalled(text, true)).toBe(called)
  expect(asCalled(text, false)).toBe(text)
})
