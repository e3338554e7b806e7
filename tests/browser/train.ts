import { createPatienceRule, createRandom, createSimulator } from '@ialp/env';
import { createA2C, createFrozenLearner, createNetwork, runOnline, type Weights } from '@ialp/policy';

const ITEMS = 60;
const KINDS = 3;
const SESSIONS = 32;
const STEPS = 800;
/** Steps whose rewards are compared: those before anything was learned, and as many of the trained policy. */
const WINDOW = 20;

/** What came of a training. */
export interface Outcome {
  /** Mean reward of the first interactions. */
  readonly first: number;
  /** Mean reward of the trained policy, frozen, with people it has not met. */
  readonly last: number;
  /** SHA-256 of the bits of the trained weights. */
  readonly weights: string;
}

/**
 * Trains a network from a seed on a small audience, three kinds of people each of whom likes every third item, and lets
 * it act.
 * @param kernels the engine's build. Default: the fastest here.
 * @param threads that compute. Default 1.
 */
export async function train(kernels?: 'portable', threads = 1): Promise<Outcome> {
  const environment = createSimulator({
    name: 'kinds',
    sessions: SESSIONS,
    responses: {
      ...{ specificationVersion: 'v1', users: KINDS, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: ({ user }, item) => +(item % KINDS === user),
    },
    terminationRules: [createPatienceRule({ misses: 5 })],
  });
  const network = createNetwork({ items: ITEMS, threads, random: createRandom(1), ...(kernels && { kernels }) });
  const learner = createA2C({ network, rolloutLength: 10, discount: 0.9, learningRate: 0.01 });
  // The threads of a page begin when it is idle.
  if (threads > 1) await new Promise((resolve) => setTimeout(resolve, 500));
  const training = runOnline({
    environment,
    learner,
    interactions: STEPS * SESSIONS,
    seed: 2,
    random: createRandom(3),
  });
  const weights = await fingerprint(network.weights());
  const deployed = runOnline({
    ...{ environment, learner: createFrozenLearner(learner.policy), interactions: WINDOW * SESSIONS },
    ...{ seed: 4, random: createRandom(5) },
  });
  return { first: mean(training.reward.subarray(0, WINDOW * SESSIONS)), last: mean(deployed.reward), weights };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function fingerprint(weights: Weights): Promise<string> {
  const names = Object.keys(weights).sort();
  const bytes = await new Blob(names.map((name) => Float32Array.from(weights[name].data))).arrayBuffer();
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
