import { DefaultReporter } from 'vitest/node'

/**
 * Vitest's reporter without its benchmark table, which ranks arms by their means and calls one "fastest",
 * and without its summary, which would redraw over the progress line. Cases are printed as they are opened.
 */
export default class BlindReporter extends DefaultReporter {
  constructor() {
    super({ summary: false })
  }

  protected override printBenchmarkTable(): void {}
}
