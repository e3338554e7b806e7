/**
 * `node scripts/active-choice.mjs [--seeds 6] [--budgets 25,50,100,200]`, after a build: what a policy is worth that was pre-trained on so many
 * questions, chosen in four ways, on the films of the quickstart. The language model is the encoder. `docs/active-choice.md` has the figures.
 */
import { parseArgs } from 'node:util';
import { readFilms } from '../packages/env/dist/datasets/readers/films.js';
import {
  createFilmsEnvironment,
  createPatienceRule,
  createRandom,
  createSimulator,
  exclusionsOf,
} from '../packages/env/dist/index.js';
import { loadEncoder } from '../packages/llm-user/dist/encoder.js';
import {
  createPopularitySampler,
  createPreferenceResponses,
  createRandomSampler,
  createSimilaritySource,
  embedCatalogue,
  fitRewardModel,
  sampleCatalogueStates,
} from '../packages/llm-user/dist/index.js';
import { collectPreferencesInRounds, createUncertaintySampler } from '../packages/llm-user/dist/preferences.js';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  runOnline,
} from '../packages/policy/dist/index.js';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '6' }, budgets: { type: 'string', default: '25,50,100,200' } },
});
const SEEDS = Array.from({ length: Number(values.seeds) }, (_, k) => k + 1);
const BUDGETS = values.budgets.split(',').map(Number);
const [HISTORY, SESSIONS, TURNS] = [10, 64, 20];
/** Candidates in a question: half by the catalogue, half in the way that is measured (in the second round). */
const HALF = 4;
const TRAINING = { first: 60_000, last: 150_000 };
const EVALUATION = 40_000;
const LEARNER = {
  rolloutLength: 5,
  discount: 0.8,
  lambda: 0.95,
  learningRate: 0.006,
  valueWeight: 0.5,
  entropyWeight: 0.05,
  maxGradientNorm: 1,
};

const catalogue = await readFilms({ count: 600 });
const items = catalogue.items.length;
const space = await embedCatalogue(catalogue, await loadEncoder());
const source = createSimilaritySource(space);

/** Trains a policy on the answers so far. */
function train(preferences, people, seed, interactions) {
  const random = createRandom(seed);
  const rewardModel = fitRewardModel({ preferences, embeddings: space, random: random.fork(1) });
  const network = createNetwork({ items, historyLength: HISTORY, random: random.fork(2) });
  runOnline({
    environment: createSimulator({
      name: 'language-model users',
      responses: createPreferenceResponses({ rewardModel, users: people }),
      terminationRules: [createPatienceRule({ misses: 4 })],
      sessions: SESSIONS,
      historyLength: HISTORY,
      maxTurns: TURNS,
    }),
    learner: createA2C({ network, ...LEARNER }),
    interactions,
    seed,
    random: random.fork(3),
    finishSessions: false,
  });
  return { rewardModel, policy: createNetworkPolicy(network) };
}

/** Draws what a policy would show in a state. */
const fromPolicy = (policy) => (state, count, random) => {
  const historyItems = new Int32Array(HISTORY).fill(-1);
  const historyFeedback = new Float32Array(HISTORY);
  const last = state.items.slice(-HISTORY);
  historyItems.set(last, HISTORY - last.length);
  historyFeedback.set(state.feedback.slice(-HISTORY), HISTORY - last.length);
  const observation = {
    ...{ rows: 1, items, historyLength: HISTORY, historyItems, historyFeedback },
    session: Float64Array.of(0),
    turn: Int32Array.of(state.items.length),
    available: new Uint8Array(items).fill(1),
    exclusions: exclusionsOf([[...new Set(state.items)]]),
  };
  return Array.from(policy.distribution(observation).sample(random, { count }).items);
};

/** The candidates of the second round, beside half of them that are drawn by popularity. */
const WAYS = {
  random: () => createRandomSampler(items),
  'from the policy': ({ policy }) => fromPolicy(policy),
  'uncertain, of random items': ({ rewardModel }) =>
    createUncertaintySampler({ rewardModel, from: createRandomSampler(items) }),
  'uncertain, of the policy': ({ rewardModel, policy }) =>
    createUncertaintySampler({ rewardModel, from: fromPolicy(policy) }),
};

/** Mean reward of a session under the policy, in the real environment. */
function worth(policy, seed) {
  const environment = createFilmsEnvironment({
    catalogue,
    users: 1000,
    random: createRandom(7).fork(11),
    sessions: SESSIONS,
    historyLength: HISTORY,
    maxTurns: TURNS,
  });
  const log = runOnline({
    environment,
    learner: createFrozenLearner(policy),
    interactions: EVALUATION,
    seed,
    random: createRandom(seed).fork(4),
    finishSessions: false,
  });
  let [reward, sessions] = [0, 0];
  for (let row = 0; row < log.reward.length; row++) {
    reward += log.reward[row];
    sessions += log.terminated[row] || log.truncated[row] ? 1 : 0;
  }
  return reward / sessions;
}

console.log('| questions | way | mean reward of a session, by seed | mean | less random, paired 95 % |');
console.log('| --- | --- | --- | --- | --- |');
for (const budget of BUDGETS) {
  const results = {};
  for (const [way, samplerOf] of Object.entries(WAYS)) {
    results[way] = [];
    for (const seed of SEEDS) {
      const random = createRandom(seed);
      const states = sampleCatalogueStates({ catalogue, count: 1000, random: random.fork(12) });
      const { preferences } = await collectPreferencesInRounds({
        states: states.slice(0, budget),
        candidates: [{ sampler: createPopularitySampler(catalogue), count: HALF }],
        improve: (found) => [{ sampler: samplerOf(train(found, states, seed, TRAINING.first)), count: HALF }],
        source,
        random: random.fork(21),
      });
      results[way].push(worth(train(preferences, states, seed, TRAINING.last).policy, seed));
      process.stderr.write('.');
    }
    const gains = results[way].map((value, k) => value - results.random[k]);
    const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const gain = mean(gains);
    const deviation = Math.sqrt(gains.reduce((sum, value) => sum + (value - gain) ** 2, 0) / (gains.length - 1));
    // Student's t for 5 degrees of freedom; near enough for a few more.
    const half = (2.571 * deviation) / Math.sqrt(gains.length);
    const paired =
      way === 'random' ? '-' : `${gain.toFixed(3)} [${(gain - half).toFixed(3)}, ${(gain + half).toFixed(3)}]`;
    console.log(
      `| ${budget} | ${way} | ${results[way].map((value) => value.toFixed(2)).join(' ')} | ${mean(results[way]).toFixed(3)} | ${paired} |`,
    );
  }
}
