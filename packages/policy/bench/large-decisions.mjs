/**
 * `node large-decisions.mjs <items> <kernels> <threads> <seconds>`: one decision of one session at a time, exactly and by a shortlist, in a process
 * of its own, in one line of JSON. Recall is of the ten best items by the exact scan; a list is certified if the bound of the rounding error says
 * that no item outside it is among them.
 */
import { createRandom } from '@ialp/core';
import { createNetwork, createNetworkPolicy } from '@ialp/policy';
import { EMBEDDING, HIDDEN, HISTORY, makeStates } from './problem.mjs';
import { median, quantile } from './statistics.mjs';

const SHORTLIST = 1024;
const COUNT = 10;
/** Different states, in turn. */
const STATES = 40;
/** Decisions before the clock starts. */
const WARM = 20;

function observations(items) {
  const available = new Uint8Array(items).fill(1);
  return Array.from({ length: STATES }, (_, session) => {
    const { states } = makeStates(1, items, createRandom(2 + session));
    return { ...states, available, session: Float64Array.of(session), turn: new Int32Array(1) };
  });
}

/** Times of single decisions, and the processor's time for each, which depends less on what else the machine does. */
function timed(decide, states, seconds) {
  for (let k = 0; k < WARM; k++) decide(states[k % STATES]);
  const taken = [];
  const before = process.cpuUsage();
  const end = performance.now() + 1000 * seconds;
  do {
    const state = states[taken.length % STATES];
    const start = performance.now();
    decide(state);
    taken.push(performance.now() - start);
  } while (performance.now() < end);
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000 / taken.length;
  return { p50Ms: median(taken), p99Ms: quantile(taken, 0.99), cpuMs, decisions: taken.length };
}

function measure(items, kernels, threads, seconds) {
  const sizes = { items, embedding: EMBEDDING, hidden: HIDDEN, historyLength: HISTORY };
  const network = createNetwork({ ...sizes, encoder: 'mean', kernels, threads, random: createRandom(1) });
  // Logits of a standard deviation of about 3.
  network.scaleActor(300);
  const length = Math.min(SHORTLIST, items);
  const [exact, listed] = [false, length].map((shortlist) => createNetworkPolicy(network, { shortlist }));
  const states = observations(items);
  let [found, certified] = [0, 0];
  for (const state of states) {
    const best = exact.distribution(state).top(COUNT).items.slice();
    found += listed
      .distribution(state)
      .top(COUNT)
      .items.filter((item) => best.includes(item)).length;
    const logits = network.logits(state, { approximate: true });
    const { scores } = logits.top(length);
    const [bound] = logits.errorBound();
    if (length === items || scores[COUNT - 1] >= scores[length - 1] + 2 * bound) certified++;
  }
  const random = createRandom(3);
  const paths = {
    'exact, one drawn': (state) => exact.distribution(state).sample(random),
    'shortlist, one drawn': (state) => listed.distribution(state).sample(random),
    'shortlist, ten best': (state) => listed.distribution(state).top(COUNT),
  };
  const rows = Object.entries(paths).map(([path, decide]) => ({ path, ...timed(decide, states, seconds) }));
  network.dispose();
  return { recall: found / (COUNT * STATES), certified: certified / STATES, rows };
}

const [items, kernels, threads, seconds] = process.argv.slice(2);
try {
  const result = measure(Number(items), kernels, Number(threads), Number(seconds));
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
}
