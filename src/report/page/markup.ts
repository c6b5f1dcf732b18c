/** Text that is HTML already. Everything else is escaped where it is put in: records are not to be trusted. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | null | readonly Part[]

/**
 * HTML with what stands in `${}` escaped, unless it is HTML; null is nothing, lists are joined. The indentation of the
 * source goes.
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const rendered = texts.map(
    (text, index) =>
      (index === 0 ? '' : renderPart(parts[index - 1] ?? null)) + text.replaceAll(/\n\s+/g, '\n'),
  )
  return new Html(rendered.join(''))
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function renderPart(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return part.map((one) => renderPart(one)).join('')
}

/** A sentence as it is written for terminals: what stands between backticks is code. */
export function prose(text: string): Html {
  const parts = text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
  return html`${parts}`
}
