/** What the simulations found, as two tables for METHODOLOGY.md. */
export interface SimulatedLevel {
  readonly name: string
  /** false: printed, not promised (an effect that wanders by itself). */
  readonly isPromised: boolean
  readonly simulations: number
  readonly coverage: readonly Coverage[]
  readonly detection: readonly Detection[]
}

export interface Coverage {
  readonly count: number
  readonly covered: number
  readonly achievedLevel: number
}

export interface Detection {
  readonly count: number
  readonly effectNs: number
  readonly alpha: number
  readonly detected: number
}

/** What the interval promises from 50 blocks on. */
const coverageLimits = { lower: 0.94, upper: 0.97, fromCount: 50 }

/** Outside the promise; below 50 blocks, further from the exact level than four standard errors. */
export function isBroken({ count, covered, achievedLevel }: Coverage, simulations: number): boolean {
  const share = covered / simulations
  const error = 4 * Math.sqrt((achievedLevel * (1 - achievedLevel)) / simulations)
  if (count < coverageLimits.fromCount) return Math.abs(share - achievedLevel) > error
  return share < coverageLimits.lower || share > coverageLimits.upper
}

export function renderCoverage(found: readonly SimulatedLevel[]): string[] {
  const counts = found[0]?.coverage.map(({ count }) => `n = ${count}`) ?? []
  return table(
    ['coverage of the 95 % interval', ...counts],
    found.map(({ name, isPromised, simulations, coverage }) => [
      isPromised ? name : `${name} (not promised)`,
      ...coverage.map(
        (cell) =>
          `${percent(cell.covered, simulations)}${isPromised && isBroken(cell, simulations) ? ' !' : ''}`,
      ),
    ]),
  )
}

export function renderDetection(found: readonly SimulatedLevel[]): string[] {
  const heads =
    found[0]?.detection.map(
      ({ count, effectNs, alpha }) =>
        `${effectNs / 1e6} ms, n = ${count}, ${Number((100 * alpha).toFixed(2))} %`,
    ) ?? []
  return table(
    ['share that finds an effect above 0', ...heads],
    found.map(({ name, simulations, detection }) => [
      name,
      ...detection.map(({ detected }) => percent(detected, simulations)),
    ]),
  )
}

function percent(events: number, trials: number): string {
  return ((100 * events) / trials).toFixed(2)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
