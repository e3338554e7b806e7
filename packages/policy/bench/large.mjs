/**
 * A2C with a sampled softmax on large catalogues, each call in a process of its own, in one line of JSON:
 *
 * - `node large.mjs time <items> <updates> <network> <kernels> <threads>`: updates from 640 interactions, acting included.
 * - `node large.mjs memory <items> <updates> <network>`: memory over many updates, from 2 interactions each.
 * - `node large.mjs learn <items> <interactions>`: what each network earns beside exact training with Adam.
 * - `node large.mjs optimum <items> <interactions> <seed> <network> <features: yes or no> <threads>`: what a network earns beside the best policy.
 * - `node large.mjs data <name> <folder> <interactions> <seeds> [first seed]`: what is learned on users of a data set beside exact training.
 */
import { makeEnvironment } from '@ialp/env/environments';
import { deploy, featuresOfClusters, makeClusters, NETWORKS, OPTIMUM, SESSIONS } from './large-problem.mjs';
import { mean, median, ratioOfMeans } from './statistics.mjs';

/** Turns of each session in an update: 640 interactions. */
const TURNS = 10;
/** Sessions where many updates are made. */
const FEW_SESSIONS = 2;
/** Step sizes of exact training. */
const EXACT_RATES = { clusters: 0.02, data: 0.006 };

function time(items, updates, network, kernels, threads) {
  const taken = [];
  const used = [];
  let [start, before] = [performance.now(), process.cpuUsage()];
  const onUpdate = () => {
    const [now, { user, system }] = [performance.now(), process.cpuUsage(before)];
    taken.push(now - start);
    used.push((user + system) / 1000);
    [start, before] = [now, process.cpuUsage()];
  };
  const interactions = SESSIONS * TURNS * updates;
  deploy({ environment: makeClusters(items), interactions, rolloutLength: TURNS, network, kernels, threads, onUpdate });
  // The first update allocates, and waits for the compiler.
  const updateMs = median(taken.slice(1));
  const decisionMs = updateMs / (SESSIONS * TURNS);
  const cpuMs = median(used.slice(1));
  return { items, updateMs, cpuMs, decisionMs, peakMemory: process.resourceUsage().maxRSS * 1024 };
}

function memory(items, updates, network) {
  const resident = [];
  const onUpdate = () => resident.push(process.memoryUsage.rss());
  const environment = makeClusters(items, FEW_SESSIONS);
  const interactions = FEW_SESSIONS * updates;
  const start = performance.now();
  deploy({ environment, interactions, rolloutLength: 1, network, kernels: 'auto', onUpdate });
  const updateMs = (performance.now() - start) / updates;
  const tenth = Math.ceil(updates / 10);
  const [early, late] = [resident.slice(0, tenth), resident.slice(-tenth)].map((part) => Math.max(...part));
  return { items, updates, updateMs, early, late, peakMemory: process.resourceUsage().maxRSS * 1024 };
}

/** Mean rewards of the last tenth of the interactions, of each seed; networks beside exact training, with the standard errors of their shares. */
function compare(environment, interactions, seeds, exactRate) {
  const earned = (network, rates) =>
    seeds.map((seed) => {
      const settings = { interactions, rolloutLength: 2, kernels: 'auto', seed, ...rates };
      return mean(deploy({ environment, network, ...settings }).subarray(Math.floor(0.9 * interactions)));
    });
  const exact = earned(undefined, { learningRate: exactRate });
  const { name: problem, items } = environment.spec;
  const sampled = Object.keys(NETWORKS).map((network) => {
    const rewards = earned(network, {});
    return { network, rewards, reward: mean(rewards), ...ratioOfMeans(rewards, exact) };
  });
  return { problem, items, interactions, seeds: seeds.length, exactRewards: exact, exact: mean(exact), sampled };
}

/** Mean reward of the last tenth of the interactions, beside the best policy's. */
function besideOptimum(items, interactions, seed, network, features, threads) {
  const environment = makeClusters(items);
  const given = features === 'yes' && { itemEmbeddings: featuresOfClusters(items) };
  const start = performance.now();
  const run = { environment, interactions, seed, network, rolloutLength: 2, kernels: 'auto', threads, ...given };
  const rewards = deploy(run);
  const tenths = Array.from({ length: 10 }, (_, k) => {
    const [from, to] = [k, k + 1].map((tenth) => Math.floor((tenth * interactions) / 10));
    return mean(rewards.subarray(from, to)) / OPTIMUM;
  });
  const seconds = (performance.now() - start) / 1000;
  const peakMemory = process.resourceUsage().maxRSS * 1024;
  return { items, interactions, seed, network, features, tenths, share: tenths[9], seconds, peakMemory };
}

const [job, first, ...others] = process.argv.slice(2);
const numbers = others.map(Number);
const jobs = {
  time: () => time(Number(first), numbers[0], others[1], others[2], numbers[3]),
  memory: () => memory(Number(first), numbers[0], others[1]),
  optimum: () => besideOptimum(Number(first), numbers[0], numbers[1], others[2], others[3], numbers[4]),
  learn: () => compare(makeClusters(Number(first)), numbers[0], [1], EXACT_RATES.clusters),
  data: async () => {
    const environment = await makeEnvironment(first, { data: others[0], sessions: SESSIONS });
    const [, interactions, count, firstSeed = 1] = numbers;
    const seeds = Array.from({ length: count }, (_, k) => firstSeed + k);
    return compare(environment, interactions, seeds, EXACT_RATES.data);
  },
};
try {
  process.stdout.write(`${JSON.stringify(await jobs[job]())}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
}
