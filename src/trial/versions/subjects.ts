import { type HaproxyBinary, nameBuilds } from '../../haproxy/binary.ts'
import type { SubjectRecord } from '../../record/versions.ts'

/** One HAProxy of the comparison. */
export interface Subject extends SubjectRecord {
  readonly binary: HaproxyBinary
}

/** Two subjects that differ in one thing: the build, or the number of threads. */
export interface SubjectPair {
  readonly subject: string
  readonly reference: string
}

/**
 * Every binary with every number of threads; and the last binary once more, in a process of its own, whose
 * difference from the first one shows what two equal HAProxys differ by.
 */
export function listSubjects(binaries: readonly HaproxyBinary[], threads: readonly number[]): Subject[] {
  const builds = nameBuilds(binaries)
  const subjects = binaries.flatMap((binary, index) =>
    threads.map((nbthread): Subject => {
      const { version, source, buildHash } = binary
      const build = builds[index] as string
      const count = nbthread === 1 ? '1 thread' : `${nbthread} threads`
      const name = threads.length === 1 ? build : `${build}, ${count}`
      return { name, version, source, buildHash, nbthread, repeats: null, binary }
    }),
  )
  const last = subjects.at(-threads.length)
  return last === undefined ? [] : [...subjects, { ...last, name: `${last.name} again`, repeats: last.name }]
}

/** The pairs that a reader asks for, the later one less the earlier; the repetition is no part of them. */
export function listPairs(subjects: readonly Subject[]): SubjectPair[] {
  const own = subjects.filter(({ repeats }) => repeats === null)
  return own.flatMap((reference, index) =>
    own
      .slice(index + 1)
      .filter((subject) => subject.nbthread === reference.nbthread || subject.binary === reference.binary)
      .map((subject) => ({ subject: subject.name, reference: reference.name })),
  )
}
