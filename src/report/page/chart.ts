import type { TopLevelSpec } from 'vega-lite'
import { drawSvg } from '../draw-svg.ts'
import { colour } from './palette.ts'
import { escapeHtml, Html } from './markup.ts'

/** A Vega-Lite specification; checked where it is compiled, so that layers can be put together freely. */
export type ChartSpec = Readonly<Record<string, unknown>>

export interface ChartText {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** What the chart shows, for those who don't see it. */
  readonly description: string
}

/**
 * A chart as inline SVG, by Vega: the same specification gives the same bytes. Marks tell their exact values by
 * a native title (channel `description`); to a screen reader it is one picture with title and description.
 */
export async function renderChart(spec: ChartSpec, text: ChartText): Promise<Html> {
  const full = { $schema, background: null, padding: 4, ...spec, config }
  return new Html(nameChart(compact(await drawSvg(full as unknown as TopLevelSpec)), text))
}

const $schema = 'https://vega.github.io/schema/vega-lite/v6.json'

const config = {
  font: 'system-ui, sans-serif',
  view: { stroke: colour('line') },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: colour('ink'),
    titleColor: colour('soft'),
    gridColor: colour('grid'),
    domainColor: colour('line'),
    tickColor: colour('line'),
  },
  header: {
    labelFontSize: 12,
    labelColor: colour('ink'),
    title: null,
    labelPadding: 4,
  },
  title: { color: colour('ink'), fontSize: 13, anchor: 'start', frame: 'group', fontWeight: 600 },
  text: { color: colour('ink'), fontSize: 12 },
}

/** What Vega writes for a live chart and a picture has no use for, and digits that no eye sees. */
function compact(svg: string): string {
  return svg
    .replaceAll(/<path class="(?:background|foreground)"[^>]*(?:d=""|h0v0h0Z")[^>]*\/>/g, '')
    .replaceAll(/ aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="([^"]*)"/g, keepLabel)
    .replaceAll(/ (?:role|aria-[a-z]+|pointer-events|class|font-family|stroke-miterlimit)="[^"]*"/g, '')
    .replaceAll(/ (?:d|transform)="[^"]*"/g, (found) => found.replaceAll(/-?\d+\.\d+/g, shorten))
    .replaceAll(
      /<(path|line|rect)([^>]*?) data-label="([^"]*)"([^>]*?)\/>/g,
      '<$1$2$4><title>$3</title></$1>',
    )
    .replaceAll(/ data-label="[^"]*"/g, '')
    .replaceAll(/ (?:opacity|fill-opacity|stroke-opacity)="1"/g, '')
}

/** The description of a mark becomes its native title; those of axes and headings are not marks. */
function keepLabel(_: string, label: string, role: string): string {
  return ['axis', 'legend', 'title', 'header'].includes(role) ? '' : ` data-label="${label}"`
}

function shorten(digits: string): string {
  return String(Number(Number(digits).toFixed(1)))
}

function nameChart(svg: string, { id, title, description }: ChartText): string {
  const names = `role="img" aria-labelledby="${id}-title ${id}-desc" font-family="system-ui, sans-serif"`
  const texts = `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-desc">${escapeHtml(description)}</desc>`
  return svg
    .replace(/^<svg /, `<svg ${names} `)
    .replaceAll(/ xmlns:xlink="[^"]*"| version="1\.1"/g, '')
    .replace('>', `>${texts}`)
}
