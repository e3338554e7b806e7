/**
 * `node scripts/defaults.mjs [--data <folder>] [--environments coat,films,movielens,kinds] [--learners a2c,ppo,...] [--seeds 2]`, after a
 * build: how far learners get with their defaults, beside the settings that the study tuned. `docs/defaults.md` has the figures. In `--data`
 * the data sets lie in the folders `coat` and `ml-100k`; without it `films` and `kinds`, the first example of the policy package's README, are run.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeEnvironment } from '../packages/env/dist/environments/index.js';
import { createPatienceRule, createRandom, createSimulator } from '../packages/env/dist/index.js';
import { episodesOf, finalReward, meanRewardOfSessions } from '../packages/metrics/dist/index.js';
import {
  createEpsilonGreedy,
  createItemKnn,
  createPopularity,
  createThompsonSampling,
} from '../packages/policy/dist/bandits.js';
import {
  createA2C,
  createDiscreteSac,
  createDqn,
  createFrozenLearner,
  createNetwork,
  createPpo,
  createRandomPolicy,
  createReinforce,
  runOnline,
} from '../packages/policy/dist/index.js';

const HORIZONS = [25_600, 128_000];
const FOLDERS = { coat: 'coat', movielens: 'ml-100k' };

/** Each learner, and the settings of the study: those that it tuned (on Coat), and where it tuned none, those that it uses. */
const LEARNERS = {
  random: { create: ({ items }) => createFrozenLearner(createRandomPolicy(items)) },
  a2c: {
    create: ({ network, settings }) => createA2C({ network: network(['actor', 'value']), ...settings }),
    study: {
      ...{ rolloutLength: 2, discount: 0.8, lambda: 0.95, learningRate: 0.006 },
      ...{ entropyWeight: 0.01, valueWeight: 0.5, maxGradientNorm: 1 },
    },
  },
  ppo: {
    create: ({ network, random, settings }) =>
      createPpo({ network: network(['actor', 'value']), random: random.fork(4), ...settings }),
    study: { rolloutLength: 20, discount: 0.8, lambda: 0.95, learningRate: 0.001, entropyWeight: 0.01 },
  },
  dqn: {
    create: ({ network, random, settings }) =>
      createDqn({ network: network(['q']), random: random.fork(4), ...settings }),
    study: { discount: 0.8, learningRate: 0.0005, epsilonDecaySteps: 10_000 },
  },
  sac: {
    create: ({ network, random, settings }) =>
      createDiscreteSac({
        ...{ network: network(['actor', 'q']), twin: network(['q'], 1), random: random.fork(4) },
        ...settings,
      }),
    study: { discount: 0.8 },
  },
  reinforce: {
    create: ({ network, settings }) => createReinforce({ network: network(['actor']), ...settings }),
    study: { rolloutLength: 40, discount: 0.8, learningRate: 0.006, entropyWeight: 0.01 },
  },
  popularity: {
    create: ({ known, settings }) => createPopularity({ ...known, ...settings }),
    study: { priorStrength: 100 },
  },
  'epsilon-greedy': {
    create: ({ known, settings }) => createEpsilonGreedy({ ...known, ...settings }),
    study: { epsilon: 0.1, priorStrength: 20 },
  },
  'thompson-sampling': {
    create: ({ known, random, settings }) => createThompsonSampling({ ...known, random: random.fork(4), ...settings }),
    study: { priorStrength: 10 },
  },
  'item-knn': {
    create: ({ known, settings }) => createItemKnn({ ...known, ...settings }),
    study: { epsilon: 0.05, shrinkage: 20 },
  },
};

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    environments: { type: 'string' },
    learners: { type: 'string', default: Object.keys(LEARNERS).join(',') },
    seeds: { type: 'string', default: '2' },
    sessions: { type: 'string', default: '64' },
  },
});
const sessions = Number(values.sessions);
const SEEDS = Array.from({ length: Number(values.seeds) }, (_, k) => k + 1);
const environments = (
  values.environments ?? (values.data === undefined ? 'films,kinds' : 'coat,films,movielens,kinds')
).split(',');

function refuse(message) {
  console.error(message);
  process.exit(2);
}
const learners = values.learners.split(',');
for (const name of learners)
  if (!(name in LEARNERS)) refuse(`--learners ${name}: expected one of ${Object.keys(LEARNERS)}`);
for (const name of environments) {
  if (name !== 'films' && name !== 'kinds' && !(name in FOLDERS)) refuse(`--environments ${name}: unknown environment`);
  if (name in FOLDERS && values.data === undefined) refuse(`--environments ${name}: name the data folder by --data`);
}

async function environmentOf(name) {
  const size = { sessions, maxTurns: 20 };
  if (name === 'films') return makeEnvironment('films', { seed: 1, ...size });
  if (name in FOLDERS) return makeEnvironment(name, { data: join(values.data, FOLDERS[name]), seed: 1, ...size });
  const respond = ({ user }, item) => +(item % 5 === user);
  const responses = { specificationVersion: 'v1', users: 5, items: 100, rewardRange: [0, 1], window: 0, respond };
  return createSimulator({ name: 'kinds', responses, terminationRules: [createPatienceRule({ misses: 5 })], ...size });
}

/** Mean and final reward of a session at both horizons. */
function measure(environment, name, settings, seed) {
  const { items } = environment.spec;
  const random = createRandom(seed);
  const prior = environment.catalogue?.prior;
  const network = (heads, other = 0) =>
    createNetwork({ items, heads, kernels: 'portable', random: random.fork(20 + other) });
  const learner = LEARNERS[name].create({
    items,
    network,
    random,
    settings,
    known: { items, ...(prior && { prior }) },
  });
  const interactions = HORIZONS[HORIZONS.length - 1];
  const log = runOnline({ environment, learner, interactions, seed, random: createRandom(seed).fork(3) });
  const episodes = episodesOf(log);
  return HORIZONS.flatMap((horizon) => [
    meanRewardOfSessions(episodes, 0, horizon),
    finalReward(episodes, { interactions: horizon }),
  ]);
}

function meanOf(environment, name, settings) {
  const runs = SEEDS.map((seed) => measure(environment, name, settings, seed));
  return runs[0].map((_, k) => runs.reduce((sum, run) => sum + run[k], 0) / runs.length);
}

console.log('| environment | learner | settings | mean at 25,600 | final | mean at 128,000 | final | smallest ratio |');
console.log('|---|---|---|---|---|---|---|---|');
for (const world of environments) {
  const environment = await environmentOf(world);
  for (const name of learners) {
    const row = (label, figures, ratio) =>
      console.log(`| ${[world, name, label, ...figures.map((each) => each.toFixed(2)), ratio].join(' | ')} |`);
    const found = meanOf(environment, name, {});
    const { study } = LEARNERS[name];
    if (study === undefined) {
      row('', found, '');
      continue;
    }
    const reference = meanOf(environment, name, study);
    row('study', reference, '');
    row('defaults', found, Math.min(...found.map((each, k) => each / reference[k])).toFixed(2));
  }
}
