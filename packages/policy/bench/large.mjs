/**
 * `node large.mjs <items> <updates> <kernels> <threads>`: A2C with a sampled softmax on one catalogue, in a process of its own, in one line of
 * JSON. `node large.mjs learn <items> <interactions>`: what it earns with a sampled softmax, acting by 8-bit weights or by a shortlist, and with an
 * exact one.
 */
import { deploy, SAMPLED, SESSIONS, SHORTLIST } from './large-problem.mjs';
import { median } from './statistics.mjs';

/** Turns of each session in an update: 640 interactions. */
const TURNS = 10;

function time(items, updates, kernels, threads) {
  const taken = [];
  let start = performance.now();
  const onUpdate = () => {
    const now = performance.now();
    taken.push(now - start);
    start = now;
  };
  const interactions = SESSIONS * TURNS * updates;
  deploy({ items, interactions, rolloutLength: TURNS, sampledSoftmax: SAMPLED, kernels, threads, onUpdate });
  // The first update allocates, and waits for the compiler.
  const updateMs = median(taken.slice(1));
  const decisionMs = updateMs / (SESSIONS * TURNS);
  return { items, updateMs, decisionMs, peakMemory: process.resourceUsage().maxRSS * 1024 };
}

function learn(items, interactions) {
  const earned = (sampledSoftmax, shortlist) => {
    const reward = deploy({ items, interactions, rolloutLength: 2, sampledSoftmax, shortlist, kernels: 'auto' });
    const last = reward.subarray(Math.floor(0.9 * reward.length));
    return last.reduce((sum, each) => sum + each, 0) / last.length;
  };
  const [exact, sampled, listed] = [earned(undefined), earned(SAMPLED), earned(SAMPLED, SHORTLIST)];
  return { items, interactions, exact, sampled, share: sampled / exact, listed, listedShare: listed / exact };
}

const [first, ...others] = process.argv.slice(2);
try {
  const result =
    first === 'learn'
      ? learn(...others.map(Number))
      : time(Number(first), Number(others[0]), others[1], Number(others[2]));
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
}
