import { html, type Html } from './markup.ts'

/** A chapter of the page: a heading that can be linked to, a sentence that says what is to be seen, then the rest. */
export function section(id: string, heading: string, lead: Html | string, content: readonly Html[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${heading}</h2>
    <p class="lead">${lead}</p>
    ${content}
  </section> `
}

/** A chart that has a drawing for narrow screens and one for wide ones. */
export function twoWidths(narrow: Html, wide: Html): Html {
  return html`<figure>
    <div class="narrow">${narrow}</div>
    <div class="wide">${wide}</div>
  </figure>`
}

/** Several small charts, as many beside each other as there is room for. */
export function gallery(charts: readonly Html[]): Html {
  return html`<figure class="gallery">${charts}</figure>`
}

export interface LegendEntry {
  /** A CSS colour. */
  readonly colour: string
  readonly name: string
  readonly sign?: 'line' | 'tick' | 'dash' | 'dot' | 'square' | 'diamond' | 'triangle' | 'cross'
}

const signs = {
  line: '━',
  tick: '┃',
  dash: '╍',
  dot: '●',
  square: '■',
  diamond: '◆',
  triangle: '▲',
  cross: '✚',
} as const

export function legend(entries: readonly LegendEntry[]): Html {
  const items = entries.map(
    ({ colour, name, sign = 'line' }) =>
      html`<li><span aria-hidden="true" style="color:${colour}">${signs[sign]}</span> ${name}</li>`,
  )
  return html`<ul class="legend">
    ${items}
  </ul>`
}

export type Cell = string | number | Html

/** A table; the first cell of a row is its heading. Where it is too wide it scrolls in itself, by keyboard too. */
export function table(caption: string, heads: readonly Cell[], rows: readonly (readonly Cell[])[]): Html {
  const body = rows.map(
    ([first = '', ...others]) =>
      html`<tr>
        <th scope="row">${first}</th>
        ${others.map((cell) => html`<td>${cell}</td>`)}
      </tr> `,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div> `
}

/** The figures behind a chart, folded away. */
export function tableBehind(
  caption: string,
  heads: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): Html {
  return html`<details>
    <summary>${caption}, as a table</summary>
    ${table(caption, heads, rows)}
  </details> `
}
