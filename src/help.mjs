// What the launcher says of itself. Plain JavaScript, as the launcher is.

/** What a command is for, and one that can be copied. Commands of the package; the repository has more. */
const lessons = {
  run: {
    about: `What SPOE and an agent of yours add to a request: the same requests with and without, in random order, 2,000
times on four fresh HAProxys, blind and sealed. Half a minute. The agent's own time is part of the figure, because
nobody but the agent knows it. SPOE fails open, so every request has to show that the agent did its work: by a
variable that it sets each time (--proof-var). Options that stay go into spoe-bench.config.ts; flags win over it.`,
    examples: [
      "run --agent-cmd './my-spoa -p {port}'",
      'run --agent 127.0.0.1:9000 --spoe-config my.spoe.cfg --proof-var txn.my.score',
    ],
  },
  gate: {
    about: `Did a change make an agent slower? Base and candidate answer in the same blocks of one run, so that it can be asked
on a shared machine. Half a minute for an agent that takes its own time.`,
    examples: [
      "gate --base main --agent-cmd './my-spoa -p {port}' --prepare make",
      "gate --base './old -p {port}' --candidate './new -p {port}'",
      "gate --base main --agent-cmd './my-waf -p {port}' --spoe-config my.spoe.cfg --proof-var txn.my.verdict",
    ],
  },
  bench: {
    about: `What SPOE alone adds on this machine: an agent of ours sleeps 0, 1, 10, 100 or 1000 ms, and its sleep is taken off.
Under two minutes.`,
    examples: ['bench', 'bench --haproxy 3.4'],
  },
  'bench:exporter': {
    about: `Does HAProxy's exporter tell the truth about an agent? Every instrument on every release, beside two clocks that are
not its own. Two minutes.`,
    examples: ['bench:exporter'],
  },
}

/** Of the commands that have no lesson: a line each. */
const lines = {
  init: 'writes a first bench file, a configuration and a GitHub workflow here; overwrites nothing',
  verify: 'replays a run from its files: does it hold?',
  report: 'draws report.html of a run again, alone or beside another one',
  plan: 'how many blocks and minutes an effect takes on this machine',
  haproxy: 'finds or fetches HAProxy releases: haproxy 3.2 3.4',
  agent: "the article's agent, for any HAProxy",
}

/** Of the commands that have few flags or none: what they are called with, and what they do. */
const usages = {
  analyse: [
    'RUN',
    'makes run.json and the reports again from the records of RUN, a folder or the id of one in results/',
  ],
  baseline: [
    'save --reason "why" (--runs 5 [--as-is] [--haproxy 3.2] | --from RUN ...) [--new]',
    'keeps runs of this machine as what later runs are held against;',
    'baseline compare RUN [--margin-ms 0.15] [--inconclusive pass|fail] holds one against them;',
    'both take [--suite matrix] [--dir fixtures/baselines]',
  ],
  calibrate: [
    '[--simulations 10000] [--levels NAME,...] [--counts 10,100] [--seed TEXT] [--coverage-only]',
    'simulates cases: does the interval cover, and does the test err as often as it says?',
  ],
  'calibrate:report': ['', 'prints what the units of calibrate:real show so far'],
  fuzz: ['[1000000]', 'sends so many hostile frames at the agent; a million take about 12 minutes'],
  'gate:report': ['', 'prints what the gates of gate:selftest show so far'],
  haproxy: [
    '3.2 3.4 | --all',
    'finds HAProxy releases, or fetches them into .cache/, and prints where each is',
  ],
  import: [
    'RUN records-1.jsonl ...',
    'joins what the workers of an export recorded into RUN, and reports it',
  ],
  init: [
    "[--agent-cmd './my-spoa -p {port}' | --agent HOST:PORT]",
    'writes a first bench file, configuration and GitHub workflow here; overwrites nothing',
  ],
  plan: [
    '--effect-ms 0.1 [--power 0.95] [--alpha 0.05] [--run results/latest | --pilot]',
    'how many blocks and minutes it takes to find that effect on this machine, from the spread of a run;',
    'with --pilot it measures for 20 s first',
  ],
  readme: ['[RUN]', 'draws picture and table of README.md from RUN, or from the run that is committed'],
  report: [
    '[--against RUN|BASELINE.json] [--exporter RUN] RUN',
    'draws report.html of RUN again, alone or beside another run or a baseline, and shows the screen',
  ],
  schema: ['', 'prints the JSON Schema of run.json'],
  verify: [
    '[--ledger] [--commitment HEX] RUN',
    'replays RUN from its files, offline: 0, or 5 with the first thing that does not hold;',
    'with --ledger all attempts too, with --commitment that it is the run that was announced',
  ],
}

/** Undefined where the command tells of itself. */
export function usageOf(command, call, separator) {
  const usage = usages[command]
  if (usage === undefined) return undefined
  const [flags, ...text] = usage
  return [
    `${call} ${command}${flags === '' ? '' : ` ${separator}${flags}`}`,
    ...text.map((line) => `  ${line}`),
  ].join('\n')
}

export const exitCodes = `Exit codes: 0 within the margin; 1 exceeds it, slower, or not as predicted; 2 usage, or it broke off; 3 inconclusive;
4 not comparable; 5 the run is invalid or its seal broken.`

/** `call` is how commands are begun here: `npx spoe-bench`. */
export function overview(call) {
  const firsts = Object.entries(lessons).map(([name, { about }]) => [name, firstSentence(about)])
  const rows = [...firsts, ...Object.entries(lines)].map(([name, text]) => `  ${name.padEnd(15)} ${text}`)
  return `What does an SPOE agent add to a request of HAProxy? Measured blind, with an interval, on this machine.

  ${call} run --agent-cmd './my-spoa -p {port}'

${rows.join('\n')}

\`${call} COMMAND --help\` says more. Records go to results/, HAProxys to .cache/, both here.
${exitCodes}`
}

/** What stands above a command's flags; empty for those that need no more than these. */
export function lessonOf(command, call, separator) {
  const lesson = lessons[command]
  if (lesson === undefined) return ''
  const examples = lesson.examples.map((example) => {
    const [name, ...words] = example.split(' ')
    return `  ${call} ${[name, ...(words.length > 0 ? [`${separator}${words[0]}`, ...words.slice(1)] : [])].join(' ')}`
  })
  return `${lesson.about}\n\n${examples.join('\n')}\n`
}

function firstSentence(text) {
  return text.replaceAll('\n', ' ').replace(/[.:?] .*$/, (end) => (end.startsWith('?') ? '?' : ''))
}
