import { CheckpointError, createRandom, type Environment } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import {
  type Checkpoint,
  createA2C,
  createNetwork,
  createNetworkPolicy,
  type Head,
  type InteractionColumns,
  type Learner,
  type Network,
  type RunOnlineOptions,
  runOnline,
} from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import type { Gate } from '../gate.js';
import { createAnnealedGate } from '../gates/annealed.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { createValueSoftmaxGate } from '../gates/value-softmax.js';
import { createCusumDetector } from '../guardrails/detectors/cusum.js';
import { createPageHinkleyDetector } from '../guardrails/detectors/page-hinkley.js';
import { withExposureCap } from '../guardrails/exposure-cap.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { withRollback } from '../guardrails/rollback.js';
import { createAdaptiveLearner } from './adaptive-learner.js';

const ITEMS = 12;
const BUDGET = 2400;

const makeEnv = (): Environment =>
  createSimulator({
    name: 'every third',
    responses: {
      ...{ specificationVersion: 'v1', users: 4, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: ({ user }, item, random) => (random.uniform() < (item % 3 === user % 3 ? 0.9 : 0.2) ? 1 : 0),
    },
    terminationRules: [createDistractionRule({ probability: 0.1 })],
    ...{ sessions: 8, historyLength: 4, maxTurns: 7 },
  });
/** The same environment, which cannot be restored: its actions are repeated. */
function makeReplayed(): Environment {
  const env = makeEnv();
  return {
    specificationVersion: 'v2',
    spec: env.spec,
    reset: (options) => env.reset(options),
    step: (actions) => env.step(actions),
  };
}

const networkWith = (seed: number, heads: readonly Head[] = ['actor', 'value']): Network =>
  createNetwork({ items: ITEMS, historyLength: 4, embedding: 4, hidden: 8, heads, random: createRandom(seed) });

interface Parts {
  readonly pretrained: Network;
  readonly online: Network;
}

/** A mixture, with a gate that may look at its networks. */
function mixture(gateOf: (parts: Parts) => Gate, by: 'step' | 'session' = 'step'): () => Learner & Parts {
  return () => {
    const parts = { pretrained: networkWith(1), online: networkWith(2) };
    parts.pretrained.scaleActor(50);
    const learner = createAdaptiveLearner({
      pretrained: createNetworkPolicy(parts.pretrained),
      online: createA2C({ network: parts.online, rolloutLength: 5, learningRate: 0.02 }),
      ...{ gate: gateOf(parts), by },
    });
    return { ...learner, ...parts };
  };
}

const adaptive = ({ online }: Parts): Gate =>
  createReturnAdaptiveGate({ critic: online, budgetRampInteractions: 1000, windowInteractions: 400 });
const plain = mixture(adaptive);
const categories = Array.from({ length: ITEMS }, (_, item) => [item % 2]);

const LEARNERS: Readonly<Record<string, () => Learner>> = {
  'a gate that follows returns': plain,
  'a gate that follows a plan': mixture(() => createAnnealedGate({ interactions: 1500 })),
  'a gate with values of its own': mixture((parts) =>
    createValueSoftmaxGate({ ...parts, values: networkWith(3, ['q']) }),
  ),
  'sessions of one policy each': mixture(
    () => createSessionReturnGate({ minSessions: 5, budgetRampInteractions: 500 }),
    'session',
  ),
  'a reward floor': () => {
    const learner = plain();
    return withRewardFloor({ pretrained: createNetworkPolicy(learner.pretrained), learner, firstSessions: 40 });
  },
  'exposure caps': () =>
    withExposureCap(plain(), { maxItemShare: 0.2, maxCategoryShare: 0.6, categories, windowInteractions: 200 }),
  'roll-back by a cumulative sum': () => {
    const learner = plain();
    const detector = createCusumDetector({ threshold: 2, burnIn: 30 });
    return withRollback(learner, { network: learner.online, detector, snapshotInterval: 3 });
  },
  'roll-back by Page and Hinkley': () => {
    const learner = plain();
    const detector = createPageHinkleyDetector({ threshold: 2, burnIn: 30 });
    return withRollback(learner, { network: learner.online, detector, snapshotInterval: 3 });
  },
};

const options = (learner: Learner, environment = makeEnv()) => ({
  ...{ environment, learner, interactions: BUDGET, seed: 3, random: createRandom(4) },
});

/** A checkpoint with the log up to it. */
interface Saved {
  readonly checkpoint: Checkpoint;
  readonly log: InteractionColumns;
}

/** A deployment that is not interrupted, with its checkpoints. */
function deploy(
  learner: Learner,
  environment = makeEnv(),
): { readonly whole: InteractionColumns; readonly saved: readonly Saved[] } {
  const saved: Saved[] = [];
  const onCheckpoint: RunOnlineOptions['onCheckpoint'] = (checkpoint, log) => saved.push({ checkpoint, log: log() });
  const whole = runOnline({ ...options(learner, environment), checkpointInterval: 300, onCheckpoint });
  expect(saved.length).toBeGreaterThanOrEqual(6);
  return { whole, saved };
}

describe.each(Object.entries(LEARNERS))('%s', (_name, make) => {
  test('killed and resumed at any checkpoint it gives the same log, bit for bit', () => {
    const { whole, saved } = deploy(make());
    for (const { checkpoint, log } of saved) {
      expect(runOnline({ ...options(make()), resume: checkpoint, log })).toEqual(whole);
    }
  });

  test('without the log, the result begins at the checkpoint', () => {
    const { whole, saved } = deploy(make());
    const { checkpoint, log } = saved[3];
    const begin = log.item.length;
    const rest = Object.fromEntries(Object.entries(whole).map(([name, column]) => [name, column.slice(begin)]));
    expect(runOnline({ ...options(make()), resume: checkpoint })).toEqual(rest);
  });

  test('an environment that cannot be restored is shown the actions of the log again', () => {
    const { whole, saved } = deploy(make(), makeReplayed());
    const { checkpoint, log } = saved[3];
    expect(runOnline({ ...options(make(), makeReplayed()), resume: checkpoint, log })).toEqual(whole);
    expect(() => runOnline({ ...options(make(), makeReplayed()), resume: checkpoint })).toThrow(
      /^log: expected the log up to the checkpoint/,
    );
  });

  test('a checkpoint is a copy: what follows does not change it', () => {
    const checkpoints: Checkpoint[] = [];
    const texts: string[] = [];
    const onCheckpoint = (checkpoint: Checkpoint): void => {
      checkpoints.push(checkpoint);
      texts.push(JSON.stringify(checkpoint));
    };
    runOnline({ ...options(make()), checkpointInterval: 600, onCheckpoint });
    expect(checkpoints.map((checkpoint) => JSON.stringify(checkpoint))).toEqual(texts);
  });
});

describe('what cannot be taken up', () => {
  const learnerPart = (make: () => Learner): Checkpoint => deploy(make()).saved[0].checkpoint['learner'] as Checkpoint;

  test.each([
    ['another gate', 'a gate that follows a plan', 'a gate that follows returns'],
    ['no sessions of one policy each', 'a gate that follows returns', 'sessions of one policy each'],
    ['no floor', 'a gate that follows returns', 'a reward floor'],
    ['another detector', 'roll-back by a cumulative sum', 'roll-back by Page and Hinkley'],
    ['no caps', 'a gate that follows returns', 'exposure caps'],
  ])('%s: refused, and nothing is taken', (_what, from, to) => {
    const learner = LEARNERS[to]();
    const before = JSON.stringify(learner.checkpoint?.());
    expect(() => learner.restore?.(learnerPart(LEARNERS[from]))).toThrow(CheckpointError);
    expect(JSON.stringify(learner.checkpoint?.())).toBe(before);
  });

  test('caps with another window', () => {
    const capped = (windowInteractions: number): Learner =>
      withExposureCap(plain(), { maxItemShare: 0.2, windowInteractions });
    expect(() => capped(100).restore?.(learnerPart(() => capped(200)))).toThrow(/same window/);
  });

  test('a mixture with a gate that follows what it sees and cannot be checkpointed has no checkpoints', () => {
    const gate: Gate = {
      specificationVersion: 'v2',
      weigh: (_context, weights) => void weights.fill(0.5),
      observe: () => {},
    };
    const learner = mixture(() => gate)();
    expect(learner.checkpoint).toBeUndefined();
    expect(() => runOnline({ ...options(learner), onCheckpoint: () => {} })).toThrow(/learner: expected one with/);
  });
});
