/**
 * Catalogues whose best policy is known: items belong to 20 clusters, a user likes one of the first two, which is seen in the feedback alone.
 * A2C on it as a deployment has it, acting included.
 */
import { createRandom } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { createA2C, createNetwork, runOnline } from '@ialp/policy';
import { EMBEDDING, HIDDEN, HISTORY } from './problem.mjs';

const CLUSTERS = 20;
export const SESSIONS = 64;
const SAMPLED = 1024;

const ROWWISE = { itemOptimizer: { name: 'rowwise-adagrad' } };
// The history and the actor train the rows of one table: they need longer steps than the rest.
const TIED = { itemOptimizer: { name: 'rowwise-adagrad', learningRateFactor: 8 }, tiedItems: true };
/** Networks that are trained on a sample of the items, with the step size that suits their optimiser. */
export const NETWORKS = {
  adam: { options: {}, learningRate: 0.02 },
  'rowwise-adagrad': { options: ROWWISE, learningRate: 0.015 },
  'rowwise-shortlist': { options: { ...ROWWISE, shortlist: 1024 }, learningRate: 0.015 },
  tied: { options: TIED, learningRate: 0.003 },
  'tied-shortlist': { options: { ...TIED, shortlist: 1024 }, learningRate: 0.003 },
};
/** Networks that are given features of the items: the projection of these learns more than the items do, in steps of one size. */
const WITH_FEATURES = {
  tied: { options: { ...ROWWISE, tiedItems: true }, learningRate: 0.01 },
  'tied-shortlist': { options: { ...ROWWISE, tiedItems: true, shortlist: 1024 }, learningRate: 0.01 },
};

const TURNS = 20;
/** Reward of an interaction by the best policy: a session's first item tells which cluster its user likes. */
export const OPTIMUM = (0.5 + (TURNS - 1)) / TURNS;

/** Features of the items, as embeddings of their texts have them: a direction for each cluster, and as much noise. Of unit length on average. */
export function featuresOfClusters(items) {
  const width = 16;
  const random = createRandom(5);
  const deviation = Math.sqrt(0.5 / width);
  const directions = Float64Array.from({ length: CLUSTERS * width }, () => deviation * random.normal());
  const data = new Float32Array(items * width);
  for (let place = 0; place < data.length; place++) {
    const cluster = Math.floor(place / width) % CLUSTERS;
    data[place] = directions[cluster * width + (place % width)] + deviation * random.normal();
  }
  return { data, width };
}

export function makeClusters(items, sessions = SESSIONS) {
  const respond = (session, item) => (item % CLUSTERS === session.user % 2 ? 1 : 0);
  const responses = { specificationVersion: 'v1', users: 100, items, rewardRange: [0, 1], window: 0, respond };
  return createSimulator({ name: 'clusters', responses, sessions, historyLength: HISTORY, maxTurns: TURNS });
}

/**
 * Runs A2C.
 * @param network one of `NETWORKS`, trained on a sample of the items; default: exact training with Adam.
 * @param itemEmbeddings features of the items. Default: none.
 * @param onUpdate called after each update.
 * @returns the rewards of all interactions.
 */
export function deploy({
  environment,
  interactions,
  rolloutLength,
  network: name,
  kernels,
  threads = 1,
  seed = 1,
  itemEmbeddings,
  learningRate = (itemEmbeddings ? WITH_FEATURES : NETWORKS)[name]?.learningRate,
  onUpdate = () => {},
}) {
  const sizes = { embedding: EMBEDDING, hidden: HIDDEN, historyLength: HISTORY, encoder: 'mean' };
  const network = createNetwork({
    ...{ items: environment.spec.items, ...sizes, kernels, threads, random: createRandom(seed) },
    approximateActing: name !== undefined,
    ...(itemEmbeddings ? WITH_FEATURES : NETWORKS)[name]?.options,
    ...(itemEmbeddings && { itemEmbeddings }),
  });
  const sampling = name === undefined ? {} : { sampledSoftmax: SAMPLED, random: createRandom(seed + 2) };
  const learner = createA2C({ network, rolloutLength, learningRate, ...sampling });
  const run = { environment, learner, interactions, seed, random: createRandom(seed + 1), onUpdate };
  const { reward } = runOnline({ ...run, finishSessions: false });
  network.dispose();
  return reward;
}
