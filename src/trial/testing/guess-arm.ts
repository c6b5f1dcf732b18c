/** What could be seen of one port of one case: figures by which somebody might guess its arm. */
export interface Sighting {
  readonly caseNumber: number
  readonly arm: string
  readonly figures: readonly number[]
}

/**
 * Guesses the arm of every sighting as well as it can: by Gaussian naive Bayes, learnt from all the cases of the
 * other half, each figure by its mean and variance in every arm.
 */
export function countRightGuesses(sightings: readonly Sighting[]): number {
  const halves = [0, 1].map((half) => sightings.filter(({ caseNumber }) => caseNumber % 2 === half))
  return halves.reduce((right, half, index) => {
    const arms = learn(halves[1 - index] ?? [])
    return right + half.filter(({ arm, figures }) => guess(arms, figures) === arm).length
  }, 0)
}

interface Learnt {
  readonly arm: string
  readonly moments: readonly { readonly mean: number; readonly variance: number }[]
}

function learn(sightings: readonly Sighting[]): Learnt[] {
  return [...Map.groupBy(sightings, ({ arm }) => arm)].map(([arm, own]) => ({
    arm,
    moments: (own[0]?.figures ?? []).map((_, index) => {
      const values = own.map(({ figures }) => figures[index] as number)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      // A figure that never moves in an arm would decide everything by a hair.
      return { mean, variance: variance + 1e-9 }
    }),
  }))
}

function guess(arms: readonly Learnt[], figures: readonly number[]): string | undefined {
  const scored = arms.map(({ arm, moments }) => ({
    arm,
    score: moments.reduce((sum, { mean, variance }, index) => {
      const value = figures[index] as number
      return sum - Math.log(variance) / 2 - (value - mean) ** 2 / (2 * variance)
    }, 0),
  }))
  return scored.toSorted((a, b) => b.score - a.score)[0]?.arm
}

/** Most right guesses of `count` among three arms that chance explains: 4.5 standard deviations, 1 in 300,000. */
export function mostByChance(count: number): number {
  return count / 3 + 4.5 * Math.sqrt((count * 2) / 9)
}
