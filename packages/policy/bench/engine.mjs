/**
 * `node bench/engine.mjs [--json]`: the built-in engine against TensorFlow.js (plain JavaScript backend), in one run on
 * one thread: an A2C update from ten steps of 64 sessions, and a decision for 64 sessions. Both have the same network
 * and weights; that they agree is checked before anything is timed. Run it after `build`.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createRandom } from '@ialp/env';
import * as tf from '@tensorflow/tfjs';
import { Bench } from 'tinybench';
import { createA2C, createNetwork, Rollout } from '../dist/index.js';
import { TensorFlowA2C } from './tensorflow-a2c.mjs';

const SESSIONS = 64;
const STEPS = 10;
const HISTORY = 10;
const CATALOGUES = [300, 3000];
const ENGINE = '@ialp/policy';
const PEER = `TensorFlow.js ${tf.version_core}, cpu`;

/** Made-up states in the middle of their sessions: what was shown is forbidden. */
function makeStates(items, random) {
  const states = {
    sessions: SESSIONS,
    items,
    historyLength: HISTORY,
    historyItems: new Int32Array(SESSIONS * HISTORY).fill(-1),
    historyFeedback: new Float32Array(SESSIONS * HISTORY),
    mask: new Uint8Array(SESSIONS * items).fill(1),
    turn: new Int32Array(SESSIONS),
  };
  for (let row = 0; row < SESSIONS; row++) {
    states.turn[row] = random.integer(HISTORY + 1);
    for (let place = (row + 1) * HISTORY - states.turn[row]; place < (row + 1) * HISTORY; place++) {
      states.historyItems[place] = random.integer(items);
      states.historyFeedback[place] = random.integer(2);
      states.mask[row * items + states.historyItems[place]] = 0;
    }
  }
  return states;
}

function makeRollout(policy, items, random) {
  const rollout = new Rollout(STEPS, { sessions: SESSIONS, items, historyLength: HISTORY });
  while (!rollout.full) {
    const states = makeStates(items, random);
    rollout.recordAction(states, policy.distribution(states).sample(random));
    const leaves = Uint8Array.from({ length: SESSIONS }, () => (random.uniform() < 0.1 ? 1 : 0));
    rollout.recordFeedback(makeStates(items, random), {
      reward: Float32Array.from({ length: SESSIONS }, () => random.integer(2)),
      terminated: leaves,
      truncated: new Uint8Array(SESSIONS),
    });
  }
  return rollout;
}

function requireClose(found, expected, what) {
  if (Math.abs(found - expected) <= 1e-3 * Math.max(1, Math.abs(expected))) return;
  throw new Error(`The engines disagree on ${what}: ${found} against ${expected}. Nothing was timed.`);
}

async function measure(items) {
  const random = createRandom(1);
  const network = createNetwork({ items, historyLength: HISTORY, random });
  const learner = createA2C({ network, rolloutLength: STEPS });
  const peer = new TensorFlowA2C(network.weights());
  const states = makeStates(items, random);
  const rollout = makeRollout(learner.policy, items, random);

  const [values, expected] = [network.values(states).slice(), peer.values(states)];
  values.forEach((value, row) => {
    requireClose(value, expected[row], `the value of state ${row}`);
  });
  for (const update of [1, 2, 3]) {
    const { policyLoss, valueLoss, entropy } = learner.learn(rollout);
    requireClose(policyLoss + 0.5 * valueLoss - 0.01 * entropy, peer.learn(rollout), `the loss of update ${update}`);
  }

  const bench = new Bench({ time: 1000, iterations: 5, warmupTime: 200, warmupIterations: 1 });
  bench
    .add(`training step|${ENGINE}`, () => learner.learn(rollout))
    .add(`training step|${PEER}`, () => peer.learn(rollout))
    .add(`decision|${ENGINE}`, () => learner.policy.distribution(states).sample(random))
    .add(`decision|${PEER}`, () => peer.decide(states, random));
  await bench.run();
  peer.dispose();
  return bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw result.error ?? new Error(`${name}: ${result.state}`);
    const [task, engine] = name.split('|');
    return { task, items, sessions: SESSIONS, engine, medianMs: result.latency.p50, runs: result.latency.samplesCount };
  });
}

function milliseconds(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** The rows as aligned text, with how many times as long as this package each takes. */
function table(rows) {
  const head = ['task', 'items', 'engine', 'median ms', 'times', 'runs'];
  const lines = rows.map(({ task, items, engine, medianMs, runs }) => {
    const own = rows.find((row) => row.task === task && row.items === items && row.engine === ENGINE);
    const times = medianMs / own.medianMs;
    return [task, String(items), engine, milliseconds(medianMs), times.toFixed(times < 10 ? 1 : 0), String(runs)];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column].length)));
  const numeric = (column) => column !== 0 && column !== 2;
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, k) => (numeric(k) ? cell.padStart(widths[k]) : cell.padEnd(widths[k])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
await tf.setBackend('cpu');
const rows = [];
for (const items of CATALOGUES) rows.push(...(await measure(items)));
const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
process.stdout.write(
  flags.json
    ? `${JSON.stringify({ ...machine, sessions: SESSIONS, steps: STEPS, results: rows }, null, 2)}\n`
    : `Node ${machine.node}, ${machine.cpu}, one thread\n\n${table(rows)}\n`,
);
