/**
 * `node million.mjs <seconds>`: the built-in engine before a catalogue of a million items, in a process of its own: the
 * ten best of them for one session and one drawn, exactly and from weights of 8 bits, in one line of JSON.
 */
import { createRandom } from '@ialp/core';
import { createNetwork } from '@ialp/policy';
import { EMBEDDING, HIDDEN, HISTORY, makeStates } from './problem.mjs';
import { median, quantile } from './statistics.mjs';

const ITEMS = 1_000_000;
const COUNT = 10;
/** Items that the rounded logits select, of which the exact ones find the best. */
const CANDIDATES = 40;

function timed(job, seconds) {
  const taken = [];
  const end = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    job();
    taken.push(performance.now() - start);
  } while (performance.now() < end);
  return { p50Ms: median(taken), p99Ms: quantile(taken, 0.99), decisions: taken.length };
}

/** Share of the truly best items that the approximate search finds. */
function recall(found, exact) {
  const known = new Set(exact);
  return found.filter((item) => known.has(item)).length / exact.length;
}

function measure(seconds) {
  const sizes = { embedding: EMBEDDING, hidden: HIDDEN, historyLength: HISTORY };
  const network = createNetwork({ items: ITEMS, ...sizes, encoder: 'mean', random: createRandom(1) });
  const { states } = makeStates(1, ITEMS, createRandom(2));
  const random = createRandom(3);
  const approximate = { approximate: true };
  const exact = Array.from(network.evaluate(states).top(COUNT).items);
  const list = () => network.logits(states, approximate).top(CANDIDATES).items.subarray(0, COUNT);
  const found = Array.from(list());
  const rows = [
    { path: 'exact, ten best', ...timed(() => network.evaluate(states).top(COUNT), seconds) },
    { path: 'exact, one drawn', ...timed(() => network.evaluate(states).sample(random), seconds) },
    {
      path: 'approximate, ten best',
      recall: recall(found, exact),
      ...timed(list, seconds),
    },
    { path: 'approximate, one drawn', ...timed(() => network.evaluate(states, approximate).sample(random), seconds) },
  ];
  network.dispose();
  return { items: ITEMS, sessions: 1, threads: 1, rows, peakMemory: process.resourceUsage().maxRSS * 1024 };
}

try {
  process.stdout.write(`${JSON.stringify(measure(Number(process.argv[2])))}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
}
