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

export const exitCodes = `Exit codes: 0 within the margin; 1 exceeds it, or slower; 2 usage, or it broke off; 3 inconclusive;
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
