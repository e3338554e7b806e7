/**
 * `node javascript-peer.mjs <engine>`: a network of this package, on its own engine or on TensorFlow.js, in a process of
 * its own. `child-process.mjs` speaks to it.
 */
import { createInterface } from 'node:readline';
import { createRandom } from '@ialp/core';
import { EMBEDDING, fromTensors, HIDDEN, HISTORY } from './problem.mjs';
import { loadPublishedWasm } from './published-wasm.mjs';
import { readTensors } from './tensor-file.mjs';

/** Ways to make a network, by the engine's name. Each gives its own name, and what makes one. */
const ENGINES = {
  'built-in': async () => {
    const { createNetwork } = await import('@ialp/policy');
    const make = (options) => createNetwork({ ...options, embedding: EMBEDDING, hidden: HIDDEN });
    return { name: 'built-in', make };
  },
  native: async () => {
    const { createNetwork } = await import('@ialp/policy');
    const { loadNative } = await import('@ialp/policy-native');
    const make = (options) => createNetwork({ ...options, embedding: EMBEDDING, hidden: HIDDEN, kernels: 'native' });
    return { name: `native ${loadNative().instructions}`, make };
  },
  'tfjs-node': () => onTensorFlow('node', ({ loadTensorFlow }) => loadTensorFlow({ backend: 'node', log: () => {} })),
  'tfjs-wasm': () =>
    onTensorFlow('wasm patched', ({ loadTensorFlow }) => loadTensorFlow({ backend: 'wasm', log: () => {} })),
  'tfjs-wasm-published': () => onTensorFlow('wasm as published', loadPublishedWasm),
  'tfjs-cpu': () => onTensorFlow('cpu', ({ loadTensorFlow }) => loadTensorFlow({ backend: 'cpu', log: () => {} })),
};

async function onTensorFlow(title, load) {
  const engine = await import('@ialp/policy/tfjs');
  const models = { mean: engine.meanModel, gru: engine.gruModel, attention: engine.attentionModel };
  const tensorFlow = await load(engine);
  const make = ({ encoder, threads: _, ...options }) =>
    engine.createTensorFlowNetwork({
      ...options,
      tensorFlow,
      model: models[encoder]({ embedding: EMBEDDING, hidden: HIDDEN }),
    });
  return { name: `TensorFlow.js ${tensorFlow.version}, ${title}`, make };
}

function times(job, seconds) {
  const taken = [];
  const end = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    job();
    taken.push(performance.now() - start);
  } while (performance.now() < end);
  return taken;
}

/** The first `rows` states. */
function firstOf(states, rows) {
  const { historyLength, historyItems, historyFeedback, exclusions } = states;
  const { offset, count, items } = exclusions;
  return {
    ...states,
    rows,
    historyItems: historyItems.subarray(0, rows * historyLength),
    historyFeedback: historyFeedback.subarray(0, rows * historyLength),
    exclusions: { offset: offset.subarray(0, rows), count: count.subarray(0, rows), items },
  };
}

class Commands {
  #make;
  #network;
  #problem;
  #settings;
  #random = createRandom(2);

  constructor(make) {
    this.#make = make;
  }

  prepare({ path, encoder, threads, settings }) {
    this.#problem = fromTensors(readTensors(path));
    this.#settings = settings;
    const { items } = this.#problem.states;
    this.#network = this.#make({ items, historyLength: HISTORY, encoder, threads, random: createRandom(1) });
    this.#network.setWeights(this.#problem.weights);
    return {};
  }

  #step() {
    const { states, actions, targets } = this.#problem;
    return this.#network.trainStep(states, actions, () => targets, this.#settings);
  }

  check({ steps }) {
    const values = Array.from(this.#network.values(this.#problem.states));
    return { values, reports: Array.from({ length: steps }, () => this.#step()) };
  }

  /** Times of single steps, from the first weights on; at least one, and one more to warm up. */
  time({ seconds }) {
    this.#network.setWeights(this.#problem.weights);
    this.#step();
    return { milliseconds: times(() => this.#step(), seconds) };
  }

  /** Times of single decisions for the first sessions of the problem. */
  decide({ what, sessions, seconds }) {
    const states = firstOf(this.#problem.states, sessions);
    const decision = {
      draw: () => this.#network.evaluate(states).sample(this.#random),
      top: () => this.#network.evaluate(states).top(10),
    }[what];
    decision();
    return { milliseconds: times(decision, seconds) };
  }

  memory() {
    return { peakMemory: peakMemory() };
  }
}

/** Bytes; Node counts in KiB. */
function peakMemory() {
  return process.resourceUsage().maxRSS * 1024;
}

/** What went wrong, in a line; of a backend that did not load, why. */
function firstLine(error) {
  const reason = error?.skipped?.find(({ reason }) => !reason.endsWith('was asked for'))?.reason;
  return reason ?? (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
}

function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function main() {
  const { name, make } = await ENGINES[process.argv[2]]();
  const commands = new Commands(make);
  say({ engine: name, startMemory: peakMemory() });
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...fields } = JSON.parse(line);
    try {
      say(commands[command](fields));
    } catch (error) {
      say({ error: firstLine(error) });
    }
  }
}

try {
  await main();
} catch (error) {
  say({ error: firstLine(error) });
}
