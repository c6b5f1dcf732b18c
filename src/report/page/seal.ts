import type { Run } from '../../record/run.ts'
import { describeCondition } from '../condition.ts'
import { section, table } from './figure.ts'
import { html, type Html } from './markup.ts'
import type { PageData } from './page-data.ts'

/** What binds the run, and how anyone checks it. */
export function sealSection({ run, plan }: PageData): Html {
  return section(
    'seal',
    'Seal: don’t believe this page, check it',
    html`Plan, code and seed were bound by the commitment before the first request; ports, order and decoy
    follow from the seed; every case was frozen under codes before it was opened.`,
    [
      html`<p>
        Replay all of it from the records, offline: <code>npm run verify -- results/${run.runId}</code>.
        Whoever owns the machine can forge a run; only a commitment that was stamped outside
        (<code>--on-commitment</code>, <code>verify --commitment HEX</code>) rules that out.
      </p> `,
      table('Seal', ['what', 'value'], sealRows(run, plan)),
      html`<details>
        <summary>Rules and hypotheses, as planned</summary>
        <ul>
          ${[...plan.hypotheses, ...plan.rules].map((text) => html`<li>${text}</li>`)}
        </ul>
      </details> `,
    ],
  )
}

function sealRows(run: Run, plan: PageData['plan']): [string, Html | string][] {
  const hash = (text: string | null): Html | string =>
    text === null ? 'never written: the run ended early' : html`<code class="hash">${text}</code>`
  const { attempt } = run
  return [
    ['commitment', hash(run.commitment)],
    ['plan hash', hash(run.planHash)],
    ['seed', hash(run.seed)],
    ['code', html`${plan.code.version} <code class="hash">${plan.code.hash}</code>`],
    [
      'attempt at this design',
      attempt === null ? 'in no ledger' : `${attempt.number}, ${attempt.aborted} aborted before`,
    ],
  ]
}

/** On what it was measured. */
export function hostSection({ run }: PageData): Html {
  const { haproxy, node, packages, keepAwake, fingerprint } = run.host
  const mode =
    keepAwake.mode === 'awake'
      ? `kept awake; HAProxy on core ${keepAwake.haproxyCore ?? '?'}, Node on core ${keepAwake.nodeCore ?? '?'}`
      : `as is${keepAwake.reason === null ? '' : `: ${keepAwake.reason}`}`
  return section('host', 'Machine and versions', 'Figures hold for this machine, and for no other.', [
    table(
      'Machine and versions',
      ['what', 'value'],
      [
        ['HAProxy', `${haproxy.version} (${haproxy.source}), nbthread ${haproxy.nbthread}`],
        ['HAProxy’s build options', html`<code class="hash">${haproxy.buildHash}</code>`],
        ['Node', node],
        ['machine', mode],
        ['condition', describeCondition(run)],
        ...Object.entries(packages).map(([name, version]): [string, string] => [name, version]),
        ...Object.entries(fingerprint).map(([name, value]): [string, string] => [
          name,
          String(value ?? 'not told'),
        ]),
      ],
    ),
  ])
}
