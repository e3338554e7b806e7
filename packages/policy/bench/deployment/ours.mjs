/**
 * `node ours.mjs <kernels>`: A2C of this package in a deployment, in a process of its own. `../child-process.mjs` speaks to it: `prepare`, then
 * `play` as often as asked.
 */
import { createInterface } from 'node:readline';
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork, runOnline } from '@ialp/policy';
import { makeClusters } from '../large-problem.mjs';

/** The engine's name, as it gives it itself. */
async function nameOf(kernels) {
  if (kernels !== 'native') return 'built-in';
  const { loadNative } = await import('@ialp/policy-native');
  return `native ${loadNative().instructions}`;
}

class Commands {
  #kernels;
  #run;

  constructor(kernels) {
    this.#kernels = kernels;
  }

  prepare({ items, threads, seed, settings }) {
    const { embedding, hidden, historyLength, sessions: _, maxTurns: __, ...learning } = settings;
    const sizes = { items, embedding, hidden, historyLength, encoder: 'mean' };
    const network = createNetwork({ ...sizes, kernels: this.#kernels, threads, random: createRandom(seed) });
    const learner = createA2C({ network, ...learning });
    this.#run = { environment: makeClusters(items), learner, seed, random: createRandom(seed + 1) };
    return {};
  }

  /** @returns of each update, its milliseconds and the mean reward of its interactions */
  play({ interactions }) {
    const milliseconds = [];
    let start = performance.now();
    const onUpdate = () => {
      const now = performance.now();
      milliseconds.push(now - start);
      start = now;
    };
    const run = this.#run;
    const { reward } = runOnline({ ...run, interactions, finishSessions: false, onUpdate });
    // The next part of the deployment has other users.
    this.#run = { ...run, seed: run.seed + 1 };
    const size = reward.length / milliseconds.length;
    const mean = (update) =>
      reward.subarray(update * size, (update + 1) * size).reduce((sum, each) => sum + each) / size;
    return { milliseconds, rewards: milliseconds.map((_, update) => mean(update)) };
  }
}

function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

function failure(error) {
  return { error: (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] };
}

const kernels = process.argv[2];
try {
  say({ engine: await nameOf(kernels) });
  const commands = new Commands(kernels);
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...fields } = JSON.parse(line);
    try {
      say(commands[command](fields));
    } catch (error) {
      say(failure(error));
    }
  }
} catch (error) {
  say(failure(error));
}
