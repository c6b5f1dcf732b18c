import { headline, verdictMarks } from '../../baseline/comparison-table.ts'
import type { LatencyResult, Run } from '../../record/run.ts'
import { describeCondition } from '../condition.ts'
import { exporterStanding } from '../exporter-standing.ts'
import { formatEffect, formatLevel, formatMs, formatNominal } from '../format.ts'
import { meaningOf } from '../meaning.ts'
import { verdictMark } from '../verdict-mark.ts'
import { html, prose, type Html } from './markup.ts'
import { countReadings } from './exporter.ts'
import type { PageData } from './page-data.ts'
import { trustChecks, type TrustCheck } from './trust.ts'

/** The latency that the question is asked of first; where a run has no such one, its middle one. */
const askedMs = 10

/** What a reader who knows nothing wants to know: how much, was the exporter right, can I trust it. */
export function firstScreen(data: PageData): Html {
  const { run } = data
  const { haproxy, keepAwake } = run.host
  const where = `HAProxy ${haproxy.version}, ${describeCondition(run)}, machine ${keepAwake.mode === 'awake' ? 'kept awake' : 'as is'}, ${run.startedAt.slice(0, 10)}`
  return html`<header>
      <p class="eyebrow">spoe-bench · ${run.runId}</p>
      <h1>What does the SPOE offload add to a request?</h1>
      <p class="where">${where}</p>
    </header>
    <div class="answers">
      ${answerCost(run)}${answerExporter(data)}${answerTrust(run)}${answerBaseline(data)}
    </div>
    <p class="next">
      <strong>${run.outcome}.</strong> ${meaningOf(run).found}
      <strong>Next:</strong> ${prose(meaningOf(run).next)}
    </p>
    ${
      run.reasons.length === 0
        ? null
        : html`<ul class="notes">
            ${run.reasons.map((reason) => html`<li>${reason}</li>`)}
          </ul>`
    } `
}

/** The latency that stands for the run on its first screen. */
export function askedLatency({ latencies }: Run): LatencyResult | undefined {
  return (
    latencies.find(({ latencyMs }) => latencyMs === askedMs) ??
    latencies[Math.floor((latencies.length - 1) / 2)]
  )
}

function answerCost(run: Run): Html {
  const latency = askedLatency(run)
  const effect = latency?.overheadMs ?? null
  if (latency === undefined || effect === null) {
    return card('How much does the offload add?', 'no figure', 'none', html`<p>${meaningOf(run).found}</p>`)
  }
  const { mark, word } = verdictMark(latency)
  const interval = `${formatLevel(effect.level)} interval ${formatEffect(effect).replace(/^.*? ms /, '')}`
  const margin = formatNominal(latency.marginMs)
  const answers = {
    within: `Yes, under ${margin}`,
    exceeds: `No, over ${margin}`,
    inconclusive: `Can’t tell at ${margin}`,
  }
  const verdict = latency.verdict === null ? word : answers[latency.verdict]
  return card(
    `How much does the offload add${run.agent === undefined ? `, at ${formatNominal(latency.latencyMs)}` : ''}?`,
    formatMs(effect.estimate),
    latency.verdict ?? 'none',
    html`<p><strong class="verdict">${mark} ${verdict}</strong></p>
      <p>
        ${interval}, ${latency.blocks} blocks;
        ${run.agent === undefined ? `beyond the agent’s own ${formatNominal(latency.latencyMs)}` : 'the agent’s own time in it'}.
        ${allLatencies(run)}
      </p>`,
  )
}

function allLatencies({ latencies }: Run): string {
  const estimates = latencies.flatMap(({ overheadMs }) => overheadMs?.estimate ?? [])
  const within = latencies.filter(({ verdict }) => verdict === 'within').length
  return (
    `Over all ${latencies.length} latencies ${formatMs(Math.min(...estimates))} to ` +
    `${formatMs(Math.max(...estimates))}, ${within} of ${latencies.length} within.`
  )
}

function answerExporter({ run, exporter }: PageData): Html {
  const { version } = run.host.haproxy
  const question = 'Was the exporter right?'
  const read = exporter === undefined ? null : countReadings(exporter, version)
  if (read !== null && read.judged > 0) {
    const { right, judged } = read
    const isRight = right === judged
    return card(
      question,
      `${right} of ${judged} readings`,
      isRight ? 'within' : 'exceeds',
      html`<p><strong class="verdict">${isRight ? '✓' : '✗'} read on HAProxy ${version}</strong></p>
        <p>
          Its average time of the agents’ backend, held against two clocks that are not HAProxy’s:
          <a href="#exporter">every reading</a>.
        </p>`,
    )
  }
  const answers = {
    unrelated: [
      'No',
      'exceeds',
      'Up to 3.0 its average of an agents’ backend has nothing to do with the agent.',
    ],
    early: [
      'Only after 512 messages',
      'inconclusive',
      'Before that, counted from boot, it divides their sum by 512 all the same.',
    ],
    unknown: ['Not asked', 'none', 'This version can’t be read.'],
  } as const
  const [answer, tone, reason] = answers[exporterStanding(version)]
  return card(
    question,
    answer,
    tone,
    html`<p><strong class="verdict">${tone === 'exceeds' ? '✗' : '?'} known of HAProxy ${version}</strong></p>
      <p>${reason} Not read in this run: <a href="#exporter">what it must have shown</a>.</p>`,
  )
}

function answerTrust(run: Run): Html {
  const checks = trustChecks(run)
  const isTrusted = checks.every(({ isMet }) => isMet !== false)
  const item = ({ isMet, text }: TrustCheck): Html =>
    html`<li>
      <span class="${isMet === null ? 'none' : isMet ? 'within' : 'exceeds'}"
        >${isMet === null ? '·' : isMet ? '✓' : '✗'}</span
      >
      ${text}
    </li>`
  return card(
    'Can I trust this run?',
    isTrusted ? 'Yes' : 'No',
    isTrusted ? 'within' : 'exceeds',
    html`<ul class="checks">
      ${checks.map(item)}
    </ul>`,
  )
}

/** Only where the reader named a baseline. */
function answerBaseline({ baseline }: PageData): Html | null {
  if (baseline === undefined) return null
  const { outcome } = baseline
  const answers = { within: 'No', exceeds: 'Yes', inconclusive: 'Can’t tell' }
  return card(
    'Is it slower than the baseline?',
    answers[outcome],
    outcome,
    html`<p><strong class="verdict">${verdictMarks[outcome]} ${outcome}</strong></p>
      <p>${headline(baseline).replace(/^.*?: /, '')} <a href="#baseline">Each latency</a>.</p>`,
  )
}

function card(question: string, answer: string, tone: string, rest: Html): Html {
  return html`<section class="card ${tone}">
    <h2>${question}</h2>
    <p class="answer">${answer}</p>
    ${rest}
  </section> `
}
