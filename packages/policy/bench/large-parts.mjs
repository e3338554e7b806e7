/** The parts of `--large`, each in a process of its own, so that its memory is its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerOf } from './child-process.mjs';
import { NETWORKS } from './large-problem.mjs';

const DATA = process.env.IALP_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
/** Data sets on whose users learning is compared, by the folder of each. */
const DATA_SETS = { 'ml-latest-small': 'movielens', 'goodbooks-10k': 'goodbooks' };
/** Networks without tables of gradients and moments. */
const LEAN = ['rowwise-adagrad', 'tied'];

/** Networks of which updates are timed: a list takes as long with separate tables as with tied ones. */
const TIMED = Object.keys(NETWORKS).filter((network) => network !== 'rowwise-shortlist');

/** Times updates on each catalogue with every network, build and number of threads. */
async function timeUpdates({ items, threads }, progress) {
  const updates = [];
  for (const count of items) {
    for (const network of TIMED) {
      for (const kernels of ['portable', 'native']) {
        for (const shared of threads.length > 0 ? threads : [1, 2]) {
          progress(`${count} items, ${network}, ${kernels}, threads: ${shared} ...`);
          const measured = await answerOf(
            'large.mjs',
            'time',
            count,
            count >= 1_000_000 ? 3 : 6,
            network,
            kernels,
            shared,
          );
          updates.push({ items: count, network, kernels, threads: shared, ...measured });
        }
      }
    }
  }
  return updates;
}

/** Times single decisions on each catalogue with every build and number of threads. */
async function timeDecisions({ items, threads, quick }, progress) {
  const decisions = [];
  for (const count of items) {
    for (const kernels of ['portable', 'native']) {
      for (const shared of threads.length > 0 ? threads : [1, 2]) {
        progress(`decisions among ${count} items, ${kernels}, threads: ${shared} ...`);
        const decided = await answerOf('large-decisions.mjs', count, kernels, shared, quick ? 1 : 5);
        decisions.push({ items: count, kernels, threads: shared, ...decided });
      }
    }
  }
  return decisions;
}

async function measureMemory(items, progress) {
  const memory = [];
  for (const network of LEAN) {
    progress(`memory over 10,000 updates, ${network} ...`);
    memory.push({ network, ...(await answerOf('large.mjs', 'memory', items, 10_000, network)) });
  }
  return memory;
}

async function learnOnData(folder, name, progress) {
  const path = join(DATA, folder);
  if (!existsSync(path)) return { error: `${folder} is not in ${DATA}; name its parent folder in IALP_DATA` };
  progress(`what is learned on ${folder} ...`);
  return answerOf('large.mjs', 'data', name, path, 96_000, 3);
}

/** What is learned where exact training takes too long, beside the best policy, with features of the items. */
async function learnBesideOptimum({ items, threads, quick }, progress) {
  const count = Math.max(...items);
  const optimum = [];
  for (const network of ['tied', 'tied-shortlist']) {
    progress(`what is learned of ${count} items, ${network} ...`);
    const [interactions, seed] = [quick ? 3_200 : 32_000, 1];
    const measured = await answerOf('large.mjs', 'optimum', count, interactions, seed, network, 'yes', threads[0] ?? 2);
    optimum.push({ network, ...measured });
  }
  return optimum;
}

/** Updates and decisions on each catalogue, memory over many updates, and what is learned beside exact training and beside the best policy. */
export async function measureLarge(flags, progress) {
  const { items, quick } = flags;
  const updates = await timeUpdates(flags, progress);
  const decisions = await timeDecisions(flags, progress);
  const memory = quick ? [] : await measureMemory(Math.max(...items), progress);
  progress('what is learned ...');
  const learned = [await answerOf('large.mjs', 'learn', quick ? 1000 : 10_000, quick ? 16_000 : 64_000)];
  for (const [folder, name] of quick ? [] : Object.entries(DATA_SETS)) {
    learned.push(await learnOnData(folder, name, progress));
  }
  const optimum = await learnBesideOptimum(flags, progress);
  return { updates, decisions, memory, learned, optimum };
}
