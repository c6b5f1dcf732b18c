import { expect, test } from 'vitest'
import type { HaproxyBinary } from '../../haproxy/binary.ts'
import { listPairs, listSubjects } from './subjects.ts'

function binary(version: string, source: HaproxyBinary['source'] = 'download'): HaproxyBinary {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return { path: '', version, release: { major, minor }, source, buildOptions: '', buildHash: version }
}

const nameOf = ({ name }: { readonly name: string }): string => name

test('every binary once, and the last one again', () => {
  const subjects = listSubjects([binary('3.0.11'), binary('3.2.26'), binary('3.2.26', 'HAPROXY_BIN')], [1])
  expect(subjects.map(nameOf)).toEqual(['3.0.11', '3.2.26', '3.2.26 #2', '3.2.26 #2 again'])
  expect(subjects.map(({ repeats }) => repeats)).toEqual([null, null, null, '3.2.26 #2'])
  expect(listPairs(subjects).map(({ subject, reference }) => `${subject} - ${reference}`)).toEqual([
    '3.2.26 - 3.0.11',
    '3.2.26 #2 - 3.0.11',
    '3.2.26 #2 - 3.2.26',
  ])
})

test('a pair differs in the build or in the threads, never in both', () => {
  const subjects = listSubjects([binary('3.2.26'), binary('3.4.7')], [1, 2])
  expect(subjects.map(nameOf)).toEqual([
    '3.2.26, 1 thread',
    '3.2.26, 2 threads',
    '3.4.7, 1 thread',
    '3.4.7, 2 threads',
    '3.4.7, 1 thread again',
  ])
  expect(listPairs(subjects).map(({ subject, reference }) => `${subject} - ${reference}`)).toEqual([
    '3.2.26, 2 threads - 3.2.26, 1 thread',
    '3.4.7, 1 thread - 3.2.26, 1 thread',
    '3.4.7, 2 threads - 3.2.26, 2 threads',
    '3.4.7, 2 threads - 3.4.7, 1 thread',
  ])
})

test('one binary has no pair and is repeated all the same', () => {
  const subjects = listSubjects([binary('3.4.7')], [1])
  expect(subjects.map(nameOf)).toEqual(['3.4.7', '3.4.7 again'])
  expect(listPairs(subjects)).toEqual([])
})
