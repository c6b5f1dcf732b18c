import type { Clock } from '../record/clock.ts'
import type { Random } from '../record/random.ts'

/** Something that is measured: it does its work `rounds` times and returns a sum that it cannot have without it. */
export interface Subject {
  readonly name: string
  /** Operations in one round. */
  readonly operationsPerRound: number
  run(rounds: number): number | Promise<number>
}

export interface Measured {
  readonly name: string
  /** One figure for each block: nanoseconds an operation took on average. */
  readonly nsPerOperation: readonly number[]
  /** Operations in all, warm-up included. */
  readonly operations: number
  /** What `run` returned, summed over all operations. */
  readonly proof: number
}

export interface InterleaveOptions {
  readonly blocks: number
  /** About how long each subject works in a block. */
  readonly sliceNs: number
  readonly clock: Clock
  readonly random: Pick<Random, 'shuffle'>
}

/**
 * Measures subjects in blocks in which each comes once, in random order: drift hits all alike, and no subject has
 * the machine's best minute. How many rounds a subject does in a block is found out in a warm-up and then fixed.
 */
export async function interleave(
  subjects: readonly Subject[],
  options: InterleaveOptions,
): Promise<Measured[]> {
  const series = subjects.map((subject) => new Series(subject, options.clock))
  for (const one of series) await one.warmUp(options.sliceNs)
  for (let block = 0; block < options.blocks; block++) {
    for (const one of options.random.shuffle(series)) await one.measure()
  }
  return series.map(({ measured }) => measured)
}

class Series {
  readonly #subject: Subject
  readonly #clock: Clock
  readonly #nsPerOperation: number[] = []
  #rounds = 1
  #roundsDone = 0
  #proof = 0

  constructor(subject: Subject, clock: Clock) {
    this.#subject = subject
    this.#clock = clock
  }

  /** Runs for some ten slices, so that what is measured is compiled, and settles the rounds of a block. */
  async warmUp(sliceNs: number): Promise<void> {
    let spentNs = 0
    while (spentNs < 10 * sliceNs) {
      const ns = await this.#run()
      spentNs += ns
      // At most doubled at a time: the first rounds are slow, and say little about the later ones.
      this.#rounds = Math.max(1, Math.min(2 * this.#rounds, Math.round((this.#rounds * sliceNs) / ns)))
    }
  }

  async measure(): Promise<void> {
    const ns = await this.#run()
    this.#nsPerOperation.push(ns / (this.#rounds * this.#subject.operationsPerRound))
  }

  async #run(): Promise<number> {
    const startNs = this.#clock()
    // Awaiting what is no promise would cost a turn of the event loop.
    const answer = this.#subject.run(this.#rounds)
    const proof = typeof answer === 'number' ? answer : await answer
    const ns = Math.max(1, this.#clock() - startNs)
    this.#proof += proof
    this.#roundsDone += this.#rounds
    return ns
  }

  get measured(): Measured {
    return {
      name: this.#subject.name,
      nsPerOperation: this.#nsPerOperation,
      operations: this.#roundsDone * this.#subject.operationsPerRound,
      proof: this.#proof,
    }
  }
}
