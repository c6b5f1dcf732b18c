import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readRunFolder } from '../trial/run-folder.ts'
import { formatLevel } from './format.ts'
import { drawForest } from './page/forest.ts'
import { askedLatency } from './page/first-screen.ts'
import { fixColours } from './page/palette.ts'
import { screenSchema, type ScreenData } from './screen/screen-data.ts'
import { renderScreen } from './screen/screen.ts'
import { analyseReports } from './write-reports.ts'

const root = new URL('../../', import.meta.url)
const kept = new URL('fixtures/readme/screen.json', root)

/** What stands between these lines in README.md is made, and never written by hand. */
const marksOf = (part: string): { from: string; to: string } => ({
  from: `<!-- ${part}: made by npm run readme -->`,
  to: `<!-- end of ${part} -->`,
})

/** Keeps what README.md shows of a run: the run's figures and the shapes of its cases. */
export function keepRun(path: string): void {
  const { screen } = analyseReports(readRunFolder(path))
  writeFileSync(kept, `${JSON.stringify(screen, null, 1)}\n`)
}

/** Picture and table of the committed run, by file under the project's folder. */
export async function renderReadme(): Promise<Map<string, string>> {
  const data = screenSchema.parse(JSON.parse(readFileSync(kept, 'utf8')))
  const parts = {
    headline: `${headline(data)}\n\n![${altText(data)}](docs/overheads.svg)`,
    screen: indent(renderScreen(data, 80)),
  }
  let text = readFileSync(new URL('README.md', root), 'utf8')
  for (const [part, content] of Object.entries(parts)) text = replacePart(text, part, content)
  return new Map([
    ['README.md', text],
    ['docs/overheads.svg', `${await drawPicture(data)}\n`],
  ])
}

function replacePart(text: string, part: string, content: string): string {
  const { from, to } = marksOf(part)
  const [before, rest] = text.split(from)
  const [, after] = rest?.split(to) ?? []
  if (before === undefined || after === undefined) {
    throw new Error(`Expected the lines "${from}" and "${to}" in README.md, one is missing.`)
  }
  return `${before}${from}\n\n${content}\n\n${to}${after}`
}

/** @returns the files that were written */
export async function writeReadme(): Promise<string[]> {
  const files = await renderReadme()
  for (const [file, text] of files) writeFileSync(new URL(file, root), text)
  return [...files.keys()].map((file) => fileURLToPath(new URL(file, root)))
}

/** As Markdown shows it letter by letter. */
function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n')
}

function headline({ run }: ScreenData): string {
  const latency = askedLatency(run)
  const effect = latency?.overheadMs
  if (latency === undefined || !effect)
    throw new Error('Expected a run with an overhead to show in README.md.')
  const mode = run.host.keepAwake.mode === 'awake' ? 'kept awake' : 'left as is'
  const { latencyMs, blocks } = latency
  return [
    `HAProxy ${run.host.haproxy.version} on ${run.startedAt.slice(0, 10)}, a machine of ${run.host.fingerprint['cores'] ?? '?'} cores ${mode}: with an agent that takes ${latencyMs} ms,`,
    `SPOE adds **${effect.estimate.toFixed(2)} ms** to a request beyond those ${latencyMs} (${formatLevel(effect.level)} interval ${effect.lower?.toFixed(2)} to ${effect.upper?.toFixed(2)}, ${blocks} paired`,
    'blocks). Yours will differ: measure it.',
  ].join('\n')
}

function altText({ run }: ScreenData): string {
  return `The overhead at every latency with its interval, against a margin of ${run.latencies[0]?.marginMs ?? '?'} ms`
}

async function drawPicture({ run }: ScreenData): Promise<string> {
  const svg = fixColours((await drawForest(run, 860, 'overheads')).text)
  // On a page of its own it needs a ground: a dark one would swallow the ink.
  return svg.replace(/(<desc .*?<\/desc>)/s, '$1<rect width="100%" height="100%" fill="#ffffff"/>')
}
