import { CheckpointError, createRandom, type Environment, endedSessions, type Observation } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import {
  type Action,
  createA2C,
  createNetwork,
  createNetworkPolicy,
  type Learner,
  type Network,
  type PlainMemory,
  publishedState,
  TrajectoryRecorder,
  takePublishedState,
} from '@ialp/policy';
import { decodeCheckpoint, encodeCheckpoint } from '@ialp/policy/checkpoint-file';
import { describe, expect, test } from 'vitest';
import { createAnnealedGate } from '../gates/annealed.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { createCusumDetector } from '../guardrails/detectors/cusum.js';
import { withExposureCap } from '../guardrails/exposure-cap.js';
import { type RewardFloor, withRewardFloor } from '../guardrails/reward-floor.js';
import { withRollback } from '../guardrails/rollback.js';
import { createAdaptiveLearner } from './adaptive-learner.js';
import { createFineTuningLearner, createOnlineNetwork } from './online-network.js';

/** One process decides, another learns. They share nothing but the published states and the memories of sessions, as bytes. */

const [ITEMS, SESSIONS, HISTORY, STEPS] = [12, 8, 4, 120];

const makeEnvironment = (): Environment =>
  createSimulator({
    name: 'every third',
    responses: {
      ...{ specificationVersion: 'v1', users: 3, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: ({ user }, item, random) => (random.uniform() < (item % 3 === user ? 0.9 : 0.2) ? 1 : 0),
    },
    terminationRules: [createDistractionRule({ probability: 0.1 })],
    ...{ sessions: SESSIONS, historyLength: HISTORY, maxTurns: 7 },
  });

const makeNetwork = (seed: number): Network =>
  createNetwork({ items: ITEMS, historyLength: HISTORY, embedding: 4, hidden: 8, random: createRandom(seed) });

function parts() {
  const pretrained = makeNetwork(1);
  pretrained.scaleActor(20);
  const network = createOnlineNetwork(pretrained, { logitScale: 0.5 });
  const online = createA2C({ network, rolloutLength: 3, learningRate: 0.02 });
  return { network, pretrained: createNetworkPolicy(pretrained), online };
}

const bySession = () => {
  const { pretrained, online } = parts();
  const gate = createSessionReturnGate({ minSessions: 10, budgetRampInteractions: 500 });
  return { pretrained, learner: createAdaptiveLearner({ pretrained, online, gate, by: 'session' }) };
};
const floor = (): RewardFloor => withRewardFloor({ ...bySession(), firstSessions: 20, maxLossShare: 0.4 });

const LEARNERS: Readonly<Record<string, () => Learner>> = {
  'a mixture whose gate follows returns': () => {
    const { pretrained, online } = parts();
    const gate = createReturnAdaptiveGate({ critic: online.network, budgetRampInteractions: 500, priorStrength: 100 });
    return createAdaptiveLearner({ pretrained, online, gate });
  },
  'a mixture whose gate follows a plan': () => {
    const { pretrained, online } = parts();
    return createAdaptiveLearner({ pretrained, online, gate: createAnnealedGate({ interactions: 1500 }) });
  },
  'sessions of one policy each': () => bySession().learner,
  'a reward floor over sessions of one policy each': floor,
  'exposure caps over a reward floor': () => withExposureCap(floor(), { maxItemShare: 0.2, windowInteractions: 200 }),
  'roll-back': () => {
    const { network, pretrained, online } = parts();
    const detector = createCusumDetector({ threshold: 2, burnIn: 30 });
    const learner = withRollback(online, { network, detector, snapshotInterval: 3 });
    return createAdaptiveLearner({ pretrained, online: learner, gate: createAnnealedGate({ interactions: 500 }) });
  },
  'fine-tuning': () => createFineTuningLearner(makeNetwork(1), (network) => createA2C({ network, rolloutLength: 3 })),
};

const sent = (learner: Learner) => decodeCheckpoint(encodeCheckpoint(publishedState(learner)), { copy: false });

/** What decides and learns in a deployment. */
interface Deployment {
  sample(observation: Observation): Action;
  learn(recorder: TrajectoryRecorder): void;
  /** Figures to compare. */
  figures(): unknown;
}

const figuresOf = (learner: Learner): unknown => {
  const { statistics } = learner as Partial<RewardFloor>;
  return { statistics, figures: 'gate' in learner ? (learner as { gate: { estimates?: unknown } }).gate.estimates : 0 };
};

/** One instance does both. */
function together(learner: Learner): Deployment {
  const random = createRandom(2);
  return {
    sample: (observation) => learner.policy.distribution(observation).sample(random),
    learn: (recorder) => void learner.learn(recorder.take()),
    figures: () => figuresOf(learner),
  };
}

/** Two instances, and the same random numbers. */
function apart(acting: Learner, learning: Learner, restart?: () => Learner): Deployment {
  const random = createRandom(2);
  /** As it is logged with each decision. */
  const memories = new Map<number, string>();
  let decider = acting;
  return {
    sample(observation) {
      const { sessions } = decider.policy;
      for (const key of observation.session) {
        const memory = memories.get(key);
        if (memory !== undefined) sessions?.remember(key, JSON.parse(memory) as PlainMemory);
      }
      const action = decider.policy.distribution(observation).sample(random);
      for (const key of observation.session) {
        const memory = sessions?.memoryOf(key);
        if (memory !== undefined) memories.set(key, JSON.stringify(memory));
      }
      return action;
    },
    learn(recorder) {
      const trajectories = recorder.take();
      const keys = new Set(trajectories.states.session);
      for (const key of keys) {
        const memory = memories.get(key);
        if (memory !== undefined) learning.policy.sessions?.remember(key, JSON.parse(memory) as PlainMemory);
      }
      learning.learn(trajectories);
      takePublishedState(decider, sent(learning));
      expect(figuresOf(learning)).toEqual(figuresOf(decider));
      if (restart === undefined) return;
      decider = restart();
      takePublishedState(decider, sent(learning));
    },
    figures: () => figuresOf(decider),
  };
}

/** Runs a deployment: all that was shown, with its propensities, and the figures after each update. */
function run({ sample, learn, figures }: Deployment): unknown[] {
  const environment = makeEnvironment();
  const recorder = new TrajectoryRecorder({ items: ITEMS, historyLength: HISTORY });
  const seen: unknown[] = [];
  let observation = environment.reset({ seed: 1 });
  for (let step = 0; step < STEPS; step++) {
    const action = sample(observation);
    recorder.recordAction(observation, action);
    seen.push([...action.items], [...action.propensity], [...(action.attribution?.chosenBy ?? [])]);
    const result = environment.step(action.items);
    recorder.recordFeedback(result.observation, result);
    if (recorder.rows >= SESSIONS * 3) {
      learn(recorder);
      seen.push(figures());
    }
    observation = environment.reset({ resetMask: endedSessions(result) });
  }
  return seen;
}

describe.each(Object.entries(LEARNERS))('%s', (_name, make) => {
  const whole = run(together(make()));

  test('decides the same with a decider and a learner as in one', () => {
    expect(run(apart(make(), make()))).toEqual(whole);
  });

  test('a state of something else is refused, and changes nothing', () => {
    const [learner, twin] = [make(), make()];
    run(together(learner));
    const state = sent(learner);
    const before = publishedState(twin);
    for (const part of Object.keys(state)) {
      const { [part]: _, ...others } = state;
      expect(() => takePublishedState(twin, others)).toThrow();
      expect(() => takePublishedState(twin, { ...state, [part]: { somethingElse: 1 } })).toThrow();
    }
    expect(publishedState(twin)).toEqual(before);
  });
});

// But for exposure caps: counts of what was shown lately are lost with the process, and begin anew.
test.each(Object.entries(LEARNERS).filter(([name]) => !name.startsWith('exposure caps')))(
  '%s: decides the same if the decider begins anew after every update',
  (_name, make) => {
    expect(run(apart(make(), make(), () => make()))).toEqual(run(together(make())));
  },
);

test('the learners above use both policies', () => {
  const learner = floor();
  run(together(learner));
  const { learnerSessions, pretrainedSessions } = learner.statistics;
  expect(Math.min(learnerSessions, pretrainedSessions)).toBeGreaterThan(20);
});

test('a session that another decider began is counted once, whether its learner has published it or not', () => {
  const [first, second, learning] = [floor(), floor(), floor()];
  const observation = makeEnvironment().reset({ seed: 1 });
  first.policy.distribution(observation).sample(createRandom(1));
  const pass = (to: Learner) => {
    for (const key of observation.session) to.policy.sessions?.remember(key, first.policy.sessions!.memoryOf(key)!);
  };
  const begun = (learner: Learner) => (learner.checkpoint!()['account'] as unknown as { begun: Float64Array }).begun;
  pass(second);
  expect([...begun(second)]).toEqual([SESSIONS, 0]);
  pass(learning);
  takePublishedState(second, sent(learning));
  expect([...begun(second)]).toEqual([SESSIONS, 0]);
  for (const key of observation.session) second.policy.sessions?.forget(key);
  pass(second);
  expect([...begun(second)]).toEqual([SESSIONS, 0]);
});

test('a learner without state of its own has no policy state where what it wraps has none', () => {
  const bare: Learner = (({ specificationVersion, policy, rolloutLength, learn }) => ({
    ...{ specificationVersion, policy, rolloutLength, learn },
  }))(parts().online);
  const { pretrained } = parts();
  for (const learner of [
    createAdaptiveLearner({ pretrained, online: bare, gate: createAnnealedGate({ interactions: 10 }) }),
    withRewardFloor({ pretrained, learner: bare }),
    withExposureCap(bare, { maxItemShare: 0.5 }),
  ]) {
    expect([learner.policyState, learner.setPolicyState]).toEqual([undefined, undefined]);
    expect(() => publishedState(learner)).toThrow(CheckpointError);
  }
});
