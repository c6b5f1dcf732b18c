/**
 * Colours by what they stand for, light and dark: Okabe and Ito's, apart in every kind of colour blindness,
 * darkened or lightened until they stand out 3:1 from the paper (text 4.5:1). Nothing hangs on a colour alone.
 */
const palette = {
  paper: ['#ffffff', '#14171a'],
  card: ['#f5f6f7', '#1e2226'],
  ink: ['#1b1b1b', '#ececec'],
  soft: ['#595959', '#b3b8bd'],
  line: ['#c9cdd1', '#444b52'],
  grid: ['#e8eaec', '#2b3036'],
  bypass: ['#0072b2', '#56b4e9'],
  offload: ['#c44e00', '#f0a030'],
  placebo: ['#767676', '#9aa0a6'],
  few: ['#a8487f', '#e3a3c8'],
  some: ['#0072b2', '#56b4e9'],
  many: ['#00805d', '#3cc79a'],
  good: ['#00684c', '#4cc79f'],
  bad: ['#a83200', '#ff8a5c'],
  open: ['#7a5200', '#e6b84a'],
} as const

type ColourName = keyof typeof palette

/** A colour as charts and styles name it, so that it follows the reader's scheme. */
export function colour(name: ColourName): string {
  return `var(--${name})`
}

/** The custom properties of one scheme, as CSS. */
export function declareColours(scheme: 'light' | 'dark'): string {
  const index = scheme === 'light' ? 0 : 1
  return Object.entries(palette)
    .map(([name, values]) => `--${name}:${values[index]}`)
    .join(';')
}

/** A drawing for where there is no page around it: the light colours as they are. */
export function fixColours(svg: string): string {
  return svg.replaceAll(/var\(--(\w+)\)/g, (found, name: string) =>
    name in palette ? palette[name as ColourName][0] : found,
  )
}
