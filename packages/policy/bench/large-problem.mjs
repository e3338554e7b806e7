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
export const SAMPLED = 1024;
export const SHORTLIST = 1024;

export function makeEnvironment(items) {
  const respond = (session, item) => (item % CLUSTERS === session.user % 2 ? 1 : 0);
  const responses = { specificationVersion: 'v1', users: 100, items, rewardRange: [0, 1], window: 0, respond };
  return createSimulator({ name: 'clusters', responses, sessions: SESSIONS, historyLength: HISTORY, maxTurns: 20 });
}

/**
 * Runs A2C.
 * @param onUpdate called after each update.
 * @returns the rewards of all interactions.
 */
export function deploy({
  items,
  interactions,
  rolloutLength,
  sampledSoftmax,
  shortlist,
  kernels,
  threads = 1,
  onUpdate = () => {},
}) {
  const sizes = { embedding: EMBEDDING, hidden: HIDDEN, historyLength: HISTORY, encoder: 'mean' };
  const network = createNetwork({
    ...{ items, ...sizes, kernels, threads, random: createRandom(1) },
    approximateActing: sampledSoftmax !== undefined,
    ...(shortlist !== undefined && { shortlist }),
  });
  const sampling = sampledSoftmax === undefined ? {} : { sampledSoftmax, random: createRandom(3) };
  const learner = createA2C({ network, rolloutLength, learningRate: 0.02, ...sampling });
  const run = {
    environment: makeEnvironment(items),
    learner,
    interactions,
    seed: 1,
    random: createRandom(2),
    onUpdate,
  };
  const { reward } = runOnline({ ...run, finishSessions: false });
  network.dispose();
  return reward;
}
