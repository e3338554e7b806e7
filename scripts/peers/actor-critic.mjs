/**
 * Our side of a comparison of A2C and PPO with a second implementation, in PyTorch, on Coat. After a build:
 *
 *     node scripts/peers/actor-critic.mjs <folder of Coat> --out <folder> [--seeds 40] [--interactions 128000]
 *     pip install torch numpy
 *     python scripts/peers/actor_critic.py <folder>
 *
 * Writes the world (`world.json`, `likes.f32`, `similar.u8`), what our learners did in it (`runs.json`) and the log of
 * one run of each (`log-*.u8`, `log-*.f32`), with which the other side checks that its measures agree with ours.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatasetEnvironmentParts, makeEnvironment } from '../../packages/env/dist/environments/index.js';
import { createRandom } from '../../packages/env/dist/index.js';
import {
  confidenceInterval,
  earlyReward,
  episodesOf,
  finalReward,
  meanLength,
  meanRewardOfSessions,
  rewardCurve,
} from '../../packages/metrics/dist/index.js';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createPpo,
  createRandomPolicy,
  runOnline,
} from '../../packages/policy/dist/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    seeds: { type: 'string', default: '40' },
    interactions: { type: 'string', default: '128000' },
  },
});
const [data] = positionals;
if (data === undefined || values.out === undefined) {
  console.error('usage: node scripts/peers/actor-critic.mjs <folder of Coat> --out <folder> [--seeds n]');
  process.exit(2);
}
const out = values.out;
const interactions = Number(values.interactions);
const SEEDS = Array.from({ length: Number(values.seeds) }, (_, k) => k + 1);

const WORLD = { seed: 1, sessions: 64, historyLength: 10, maxTurns: 20 };
const NETWORK = { embedding: 32, hidden: 64 };
const SHARED = { discount: 0.8, lambda: 0.95, entropyWeight: 0.02, valueWeight: 0.5, maxGradientNorm: 1 };
const LEARNERS = {
  a2c: { ...SHARED, rolloutLength: 5, learningRate: 0.006 },
  ppo: { ...SHARED, rolloutLength: 20, learningRate: 0.003, epochs: 4, batchSize: 256, clip: 0.2 },
};
/** Shares of the interactions that count as early and as final, and points of a learning curve. */
const MEASURES = { early: 0.05, final: 0.1, points: 10 };

const environment = await makeEnvironment('coat', { data, ...WORLD });
const { items } = environment.spec;
const { users } = environment.dataset.interactions;

/** The rules of the environment, asked one by one: they are not kept as tables. */
async function writeWorld() {
  const { dataset, model } = environment;
  const { responses, terminationRules } = createDatasetEnvironmentParts(dataset, { ...WORLD, model }).simulator;
  const likes = new Float32Array(users * items);
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) {
      const like = 1 / (1 + Math.exp(-responses.utility({ user }, item)));
      // What people do must have the probability that their utility says.
      const answers = [-1e-6, 1e-6].map((more) => responses.respond({ user }, item, { uniform: () => like + more }));
      if (answers[0] !== 1 || answers[1] !== 0) throw new Error(`person ${user} likes item ${item} otherwise`);
      likes[user * items + item] = like;
    }
  }
  const similar = new Uint8Array(items * items);
  for (let newest = 0; newest < items; newest++) {
    for (let earlier = 0; earlier < items; earlier++) {
      const session = { user: 0, turn: 2, shown: 2, item: (back) => (back === 0 ? newest : earlier) };
      similar[newest * items + earlier] = newest !== earlier && terminationRules[0].terminates(session) ? 1 : 0;
    }
  }
  const arrivals = Array.from({ length: users }, (_, user) => user);
  const { sessions, historyLength, maxTurns, repeats, slateSize } = environment.spec;
  if (terminationRules.length !== 1 || repeats || slateSize !== 1)
    throw new Error('the environment has other rules by now');
  const world = { users, items, sessions, historyLength, maxTurns, window: terminationRules[0].window, arrivals };
  const settings = { interactions, network: NETWORK, learners: LEARNERS, measures: MEASURES };
  await writeFile(join(out, 'likes.f32'), likes);
  await writeFile(join(out, 'similar.u8'), similar);
  await writeFile(join(out, 'world.json'), JSON.stringify({ world, settings }));
}

function learnerOf(name, random) {
  if (name === 'uniform') return createFrozenLearner(createRandomPolicy(items));
  const { historyLength } = WORLD;
  const network = createNetwork({ items, historyLength, ...NETWORK, random: random.fork(2) });
  if (name === 'a2c') return createA2C({ network, ...LEARNERS.a2c });
  return createPpo({ network, random: random.fork(4), ...LEARNERS.ppo });
}

/** What a learner reports of itself, over the last tenth of its updates. */
const REPORTED = ['entropy', 'valueLoss', 'gradientNorm'];

/** One run: its log and its measures. */
function run(name, seed) {
  const random = createRandom(seed);
  const reports = [];
  const log = runOnline({
    environment,
    learner: learnerOf(name, random),
    interactions,
    seed,
    random: random.fork(3),
    onUpdate: (done, report) => {
      if (done > 0.9 * interactions) reports.push(report);
    },
  });
  const episodes = episodesOf(log);
  const reported = name === 'uniform' ? [] : REPORTED;
  const measures = {
    early: earlyReward(episodes, { interactions, share: MEASURES.early }),
    final: finalReward(episodes, { interactions, share: MEASURES.final }),
    mean: meanRewardOfSessions(episodes, 0, interactions),
    length: meanLength(episodes, { interactions }),
    ...Object.fromEntries(reported.map((key) => [key, confidenceInterval(reports.map((report) => report[key])).mean])),
  };
  const curve = rewardCurve(episodes, { interactions, points: MEASURES.points }).reward;
  return { log, result: { seed, ...measures, curve } };
}

async function writeLog(name, { session, reward, terminated, truncated }) {
  const ended = terminated.map((left, row) => left | truncated[row]);
  await writeFile(join(out, `log-${name}-session.i32`), session);
  await writeFile(join(out, `log-${name}-reward.f32`), reward);
  await writeFile(join(out, `log-${name}-ended.u8`), ended);
}

await mkdir(out, { recursive: true });
await writeWorld();
const runs = {};
for (const name of ['uniform', ...Object.keys(LEARNERS)]) {
  const results = [];
  for (const seed of SEEDS) {
    const { log, result } = run(name, seed);
    results.push(result);
    if (seed === SEEDS[0]) await writeLog(name, log);
    process.stderr.write('.');
  }
  const measures = Object.keys(results[0]).filter((key) => key !== 'seed' && key !== 'curve');
  const interval = (pick) => confidenceInterval(results.map(pick));
  runs[name] = {
    results,
    intervals: {
      ...Object.fromEntries(measures.map((key) => [key, interval((result) => result[key])])),
      curve: results[0].curve.map((_, point) => interval((result) => result.curve[point])),
    },
  };
  const { mean, lower, upper } = runs[name].intervals.final;
  process.stderr.write(` ${name}: final reward ${mean.toFixed(3)} [${lower?.toFixed(3)}, ${upper?.toFixed(3)}]\n`);
}
await writeFile(join(out, 'runs.json'), JSON.stringify(runs));
