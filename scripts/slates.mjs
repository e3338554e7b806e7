/**
 * `node scripts/slates.mjs [--seeds 3] [--interactions 64000] [--slate 5]`, after a build: A-iALP_ap with slates in the `films` environment,
 * where users look through a slate from the top, choose the first film that they want, and may give up after each. `docs/slates.md` has
 * the figures.
 */
import { parseArgs } from 'node:util';
import {
  createAdaptiveLearner,
  createFineTuningLearner,
  createOnlineNetwork,
} from '../packages/adaptive/dist/index.js';
import { readFilms } from '../packages/env/dist/datasets/readers/films.js';
import { createCascadeChoice, createFilmsEnvironment } from '../packages/env/dist/index.js';
import { createPopularity } from '../packages/policy/dist/bandits.js';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  createRandom,
  createReinforce,
  createSlateQ,
  runOnline,
} from '../packages/policy/dist/index.js';

const PRETRAINING = 64_000;
const SETTINGS = { learningRate: 0.006, rolloutLength: 2 };

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    interactions: { type: 'string', default: '64000' },
    slate: { type: 'string', default: '5' },
  },
});
const interactions = Number(values.interactions);
const size = Number(values.slate);
const catalogue = await readFilms();
const items = catalogue.items.length;

/** The audience of pre-training is another sample of the same population: what a good language model knows. */
const open = (audience) =>
  createFilmsEnvironment({
    catalogue,
    random: createRandom(audience),
    slate: { size, choice: createCascadeChoice({ perseverance: 0.8 }) },
    sessions: 64,
    maxTurns: 30,
  });
const network = (seed, heads = ['actor', 'value']) => createNetwork({ items, heads, random: createRandom(seed) });

/** Rewards of the sessions that ended, in the order in which they began; the log has a row for each item of a slate. */
function sessionRewards({ session, reward, terminated, truncated }) {
  const sums = [];
  const ended = [];
  for (let row = 0; row < session.length; row++) {
    sums[session[row]] = (sums[session[row]] ?? 0) + reward[row];
    ended[session[row]] = terminated[row] + truncated[row] > 0;
  }
  return sums.filter((_, number) => ended[number]);
}

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

function pretrain(seed) {
  const pretrained = network(seed);
  const learner = createA2C({ network: pretrained, ...SETTINGS });
  runOnline({
    environment: open(900),
    learner,
    interactions: PRETRAINING,
    seed: seed + 100,
    random: createRandom(seed),
  });
  return pretrained;
}

const METHODS = {
  popularity: () => createPopularity({ items, prior: catalogue.prior }),
  'REINFORCE from scratch': (seed) => createReinforce({ network: network(seed, ['actor']) }),
  'SlateQ from scratch': (seed) =>
    createSlateQ({
      ...{ network: network(seed, ['q', 'value']), choice: network(seed + 50, ['q']), slateSize: size },
      random: createRandom(seed + 60),
    }),
  'A2C from scratch': (seed) => createA2C({ network: network(seed), ...SETTINGS }),
  'A2C from scratch, credit to the slate': (seed) =>
    createA2C({ network: network(seed), ...SETTINGS, slateCredit: 'slate' }),
  frozen: (_seed, pretrained) => createFrozenLearner(createNetworkPolicy(pretrained)),
  'A-iALP_ft': (_seed, pretrained) =>
    createFineTuningLearner(pretrained, (own) => createA2C({ network: own, ...SETTINGS, learningRate: 0.003 })),
  'A-iALP_ap': (_seed, pretrained) =>
    createAdaptiveLearner({
      pretrained: createNetworkPolicy(pretrained),
      online: createA2C({ network: createOnlineNetwork(pretrained, { logitScale: 0.3 }), ...SETTINGS }),
    }),
};

const results = Object.fromEntries(Object.keys(METHODS).map((name) => [name, []]));
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const pretrained = pretrain(seed);
  for (const [name, create] of Object.entries(METHODS)) {
    const learner = create(seed, pretrained);
    const log = runOnline({
      ...{ environment: open(7), learner, interactions, seed, random: createRandom(seed + 40) },
      finishSessions: false,
    });
    const rewards = sessionRewards(log);
    const part = (share) => Math.ceil(share * rewards.length);
    const figures = {
      early: mean(rewards.slice(0, part(0.05))),
      final: mean(rewards.slice(-part(0.1))),
      mean: mean(rewards),
    };
    results[name].push(figures);
    console.error(name, seed, JSON.stringify(figures));
  }
}
console.log('| method | early 5 % | final 10 % | mean |\n|---|---|---|---|');
for (const [name, runs] of Object.entries(results)) {
  const cells = ['early', 'final', 'mean'].map((part) => mean(runs.map((run) => run[part])).toFixed(2));
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
