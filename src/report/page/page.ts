import { baselineSection } from './baseline.ts'
import { checksSection } from './checks.ts'
import { ecdfSection } from './ecdf.ts'
import { exporterSection } from './exporter.ts'
import { firstScreen } from './first-screen.ts'
import { section } from './figure.ts'
import { forestSection } from './forest.ts'
import { legsSection } from './legs.ts'
import { html, Html } from './markup.ts'
import type { PageData } from './page-data.ts'
import { rawSection } from './raw.ts'
import { hostSection, sealSection } from './seal.ts'
import { seedSection } from './seed-plot.ts'
import { sequenceSection } from './sequence.ts'
import { shiftSection } from './shift.ts'
import { style } from './style.ts'
import { allWarnings } from './trust.ts'
import { versusSection } from './versus.ts'

/**
 * report.html: a run on one page that needs nothing but itself, no network and no script. The same records give
 * the same bytes.
 */
export async function renderPage(data: PageData): Promise<string> {
  const { run } = data
  const sections = [
    ...(data.against === undefined ? [] : [versusSection(run, data.against)]),
    ...(data.baseline === undefined ? [] : [await baselineSection(run, data.baseline)]),
    await forestSection(data),
    await ecdfSection(data),
    await shiftSection(data),
    await sequenceSection(data),
    // The article's figures are of an agent that sleeps as it is told.
    ...(run.agent === undefined ? [await seedSection(data)] : []),
    await legsSection(data),
    await checksSection(data),
    await exporterSection(data),
    warningsSection(data),
    sealSection(data),
    hostSection(data),
    rawSection(data),
  ]
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="spoe-bench ${data.plan.code.version}" />
        <link rel="icon" href="data:," />
        <title>spoe-bench ${run.runId}: ${run.outcome}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#overheads">To the figures</a>
        <main>${firstScreen(data)}${navigation(sections)}${sections}</main>
        <footer>
          Made from the records of ${run.runId} by <code>npm run report -- ${run.runId}</code>. Times in ms; a
          verdict is within, exceeds or inconclusive against the margin, and never from a colour alone.
        </footer>
      </body>
    </html> `.text
}

function navigation(sections: readonly Html[]): Html {
  const links = sections.map(({ text }) => {
    const [, id = '', heading = ''] = /<section id="([^"]*)".*?<h2[^>]*>(.*?)<\/h2>/s.exec(text) ?? []
    return html`<li><a href="#${id}">${new Html(heading)}</a></li>`
  })
  return html`<nav aria-label="On this page">
    <ul>
      ${links}
    </ul>
  </nav> `
}

function warningsSection({ run }: PageData): Html {
  const warnings = allWarnings(run)
  const faults = run.cases.flatMap(({ id, faults: list }) =>
    list.map(({ kind, count, first }) => `fault in ${id}: ${kind} × ${count}, first: ${first}`),
  )
  return section(
    'warnings',
    'Warnings and faults',
    'A fault or too many late starts take a case its verdict; the other warnings change nothing and should be known.',
    [
      faults.length + warnings.length === 0
        ? html`<p>None.</p> `
        : html`<ul class="notes">
            ${[...faults, ...warnings].map((text) => html`<li>${text}</li>`)}
          </ul> `,
    ],
  )
}
