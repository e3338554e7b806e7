/** The results as text. */

const NOTE =
  'Server: from the parsed head of a request to the last byte handed to the operating system; not the time that a request waits for a busy event ' +
  'loop. Client: from the time at which a request was due, all waiting included. Learned: from the arrival of feedback to the end of the update that it is part of, ' +
  "with the decision's window of 1 s and the wait for the session's next decision. New weights: time to set them, and the longest delay of the " +
  'event loop around it. Load: processes that ran or waited, on average of a minute, before and after.';

function ms(value) {
  if (value === undefined) return '-';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value < 1 ? 2 : 3);
}

function mebibytes(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}

function quantiles(summary) {
  if (summary === undefined) return 'none';
  const { p50Ms, p99Ms, maxMs } = summary;
  return `p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}${maxMs === undefined ? '' : `, max ${ms(maxMs)}`} ms`;
}

function loads([before, after]) {
  return `load ${before} to ${after}`;
}

function failures({ decisions, feedback, ends, unanswered }) {
  const kinds = { decisions, feedback, ends };
  const sent = Object.entries(kinds).map(([name, { sent: count, failed }]) => `${count} ${name}, ${failed} failed`);
  const messages = Object.values(kinds).flatMap((kind) => Object.entries(kind.messages));
  return [
    `${sent.join('; ')}; ${unanswered} unanswered`,
    ...messages.map(([message, count]) => `  ${count} times: ${message}`),
  ];
}

function process({ eventLoop, takes, collections, cores, memory }) {
  return [
    `new weights    ${takes.sets?.count ?? 0} times: set in ${quantiles(takes.sets)}; event loop ${quantiles(takes.stalls)}`,
    `event loop     late by ${quantiles(eventLoop)}; ${collections.count} collections, longest ${ms(collections.maxMs)} ms`,
    `processor      ${cores.toFixed(2)} cores with the learner; memory ${mebibytes(memory.rss)} MiB`,
  ];
}

function httpLines({ items, learner, load, rates, client, server, learning, lag, memory, bytes, samples }) {
  const { seconds } = client;
  const lines = [
    `HTTP, ${items} items, ${learner}: ${rates.decisions} decisions and ${rates.feedback} feedback a second, ${seconds} s; ${loads(load)}`,
    `decisions      server ${quantiles(server.requests.decisions)}; client ${quantiles(client.decisions.latency)}`,
    `feedback       server ${quantiles(server.requests.feedback)}; client ${quantiles(client.feedback.latency)}`,
    ...failures(client).map((line, k) => `${k === 0 ? 'requests' : ''}`.padEnd(15) + line),
    `learned        ${quantiles(learning.delay)} after ${learning.feedback} feedback; ${learning.unlearned} not yet, ${learning.twice} decisions twice; greatest lag ${lag} s`,
    `updates        ${learning.updates?.count ?? 0}: ${quantiles(learning.updates)}`,
    ...process(server),
    `stored         events ${mebibytes(bytes.events)} MiB, models ${mebibytes(bytes.models)} MiB; memory at the start ${mebibytes(memory.first.rss)} MiB`,
    `generator      late by ${quantiles(client.lateness)}; ${client.cores.toFixed(2)} cores`,
  ];
  for (const { at, rss, heap, learned, lagSeconds } of samples ?? []) {
    const time = `${((at - samples[0].at) / 1_000).toFixed(0)} s`.padStart(8);
    lines.push(
      `${time}  memory ${mebibytes(rss)} MiB, heap ${mebibytes(heap)} MiB; ${learned} learned, lag ${lagSeconds ?? '-'} s`,
    );
  }
  return lines;
}

function inProcessLines({ items, learner, load, rates, calls, sent, server, learning }) {
  return [
    `In process, ${items} items, ${learner}: ${rates.decisions} decisions and ${rates.feedback} feedback a second, ${sent.seconds} s; ${loads(load)}`,
    `decisions      ${quantiles(calls)}; from when they were due ${quantiles(sent.decisions.latency)}`,
    ...failures(sent).map((line, k) => `${k === 0 ? 'calls' : ''}`.padEnd(15) + line),
    `learned        ${quantiles(learning.delay)} after ${learning.feedback} feedback; ${learning.unlearned} not yet`,
    ...process(server),
  ];
}

function vwLines({ items, left, load, version, text, parsed }) {
  if (left !== undefined) return [`Vowpal Wabbit, ${items} items: left out, ${left}`];
  return [
    `Vowpal Wabbit ${version}, ${items} items, in process; ${loads(load)}`,
    `items as text  decision ${quantiles(text.decisions)}; update ${quantiles(text.updates)}`,
    `parsed once    decision ${quantiles(parsed.decisions)}; update ${quantiles(parsed.updates)}`,
  ];
}

function restartLines({ items, learner, events, starts, behindMs, learnSeconds, learned, bytes, load }) {
  const times = (name) => starts.map((start) => Math.round(start[name])).join(', ');
  return [
    `Restart after kill -9, ${items} items, ${learner}, ${events} events (${mebibytes(bytes)} MiB); ${loads(load)}`,
    `first decision after ${times('firstDecisionMs')} ms; listens after ${times('listensMs')} ms`,
    `without a checkpoint, all events are read first: listens after ${Math.round(behindMs)} ms`,
    `before that, ${learned} decisions were learned from in ${learnSeconds.toFixed(0)} s`,
  ];
}

export function text({ machine, http = [], inProcess = [], vw = [], restart = [], soak = [] }) {
  const blocks = [
    [
      `${machine.cpu}, ${machine.threads} threads, Node ${machine.node}, ${machine.kernels} kernels; 4 KiB written and synced to disk: ${quantiles(machine.fsync)}`,
    ],
    ...http.map(httpLines),
    ...soak.map(httpLines),
    ...inProcess.map(inProcessLines),
    ...vw.map(vwLines),
    ...restart.map(restartLines),
    [NOTE],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
