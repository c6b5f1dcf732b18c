import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axeCore from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chromium, findChromium, startChromium, type Tab } from '../testing/chromium.ts'
import { renderPage } from './page.ts'
import { pageData } from './testing.ts'

const binary = findChromium()
/** Where a person wants to look at what was tested: SPOE_BENCH_SCREENSHOTS names a folder. */
const screenshots = process.env['SPOE_BENCH_SCREENSHOTS']

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly target: readonly string[] }[]
  }[]
}

const views = [
  { name: 'phone, light', width: 390, scheme: 'light' },
  { name: 'phone, dark', width: 390, scheme: 'dark' },
  { name: 'desk, light', width: 1280, scheme: 'light' },
  { name: 'desk, dark', width: 1280, scheme: 'dark' },
] as const

describe.skipIf(binary === undefined)('the page in Chromium (skipped where there is none on PATH)', () => {
  let dir: string
  let chromium: Chromium
  let url: string

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'page-'))
    const named = process.env['SPOE_BENCH_PAGE']
    const text =
      named === undefined ? await renderPage(pageData({ warnings: ['drift'] })) : readFileSync(named, 'utf8')
    writeFileSync(join(dir, 'report.html'), text)
    url = pathToFileURL(join(dir, 'report.html')).href
    chromium = await startChromium(binary as string)
  })
  afterAll(async () => {
    await chromium?.[Symbol.asyncDispose]()
    rmSync(dir, { recursive: true, force: true })
  })

  async function look({ width, scheme }: (typeof views)[number]): Promise<Tab> {
    const tab = await chromium.open()
    await tab.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 844,
      deviceScaleFactor: 1,
      mobile: width < 600,
    })
    await tab.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    })
    await tab.goto(url)
    return tab
  }

  test.for(views)('$name: no complaint, no request, nothing wider than the screen', async (view) => {
    const tab = await look(view)
    expect(tab.complaints).toEqual([])
    expect(tab.requests.filter((to) => to !== url && !to.startsWith('data:'))).toEqual([])
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(view.width)
    expect(
      await tab.evaluate(`[...document.querySelectorAll('svg')].filter((svg) => {
        const box = svg.getBoundingClientRect()
        return box.width > 0 && box.right > innerWidth
      }).length`),
    ).toBe(0)
    await keep(tab, view.name)
  })

  test.for(views)('$name: axe-core finds nothing serious', async (view) => {
    const tab = await look(view)
    // Everything that is folded away is looked at too.
    await tab.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
    await tab.evaluate(axeCore.source)
    const { violations } = await tab.evaluate<AxeResult>('axe.run(document)')
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ')}`)).toEqual([])
  })

  test('the first screen of a phone and of a desk holds the answer to the first question', async () => {
    for (const view of [views[0], views[2]]) {
      const tab = await look(view)
      const bottom = `document.querySelector('.card .verdict').getBoundingClientRect().bottom`
      expect(await tab.evaluate(bottom)).toBeLessThan(844)
    }
    const desk = await look(views[2])
    const lowest = `Math.max(...[...document.querySelectorAll('.card')].map((one) => one.getBoundingClientRect().bottom))`
    expect(await desk.evaluate(lowest)).toBeLessThan(844)
  })

  test('it prints, in light colours, with what is folded away', async () => {
    const tab = await look(views[3])
    const { data } = await tab.send('Page.printToPDF', { printBackground: true })
    const pdf = Buffer.from(String(data), 'base64')
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.length).toBeGreaterThan(50_000)
    if (screenshots !== undefined) writeFileSync(join(screenshots, 'print.pdf'), pdf)
    await tab.send('Emulation.setEmulatedMedia', { media: 'print' })
    expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect(
      await tab.evaluate(`document.querySelector('details table').getBoundingClientRect().height`),
    ).toBeGreaterThan(100)
  })
})

async function keep(tab: Tab, name: string): Promise<void> {
  if (screenshots === undefined) return
  const { data } = await tab.send('Page.captureScreenshot', { captureBeyondViewport: true })
  writeFileSync(join(screenshots, `${name.replace(', ', '-')}.png`), Buffer.from(String(data), 'base64'))
}
