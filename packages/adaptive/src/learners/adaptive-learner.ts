import {
  type Checkpointable,
  checkObject,
  checkOneOf,
  checkOptionNames,
  checkpointState,
  checkSpecification,
  combineCheckpointables,
  described,
  InvalidOptionError,
} from '@ialp/core';
import type { Learner, Network, Policy, Rollout } from '@ialp/policy';
import { checkLearner, checkPolicy } from '../checks.js';
import { type RecalledRollout, RecentActions } from '../experience/recent-actions.js';
import { SessionAttribution } from '../experience/session-attribution.js';
import type { Gate, Propensities } from '../gate.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { createMixturePolicy, type WeighStates } from '../policies/mixture-policy.js';
import { createSessionPolicy } from '../policies/session-policy.js';

/** Options of `createAdaptiveLearner`. */
export interface AdaptiveLearnerOptions {
  /** The policy that was trained before deployment. It is not changed. */
  readonly pretrained: Policy;
  /**
   * Learns online. The mixture acts, so it must correct for another policy's experience; the learners of `@ialp/policy` do, from
   * the recorded propensities.
   */
  readonly online: Learner & { readonly network?: Pick<Network, 'heads' | 'values'> };
  /**
   * Sets the weights of the two policies. Default: `createReturnAdaptiveGate` with the online learner's network as its critic and
   * default options; by session, `createSessionReturnGate`.
   */
  readonly gate?: Gate;
  /**
   * How traffic is divided: by `step`, the mixture chooses every item; by `session`, each session is assigned to one of the policies
   * when it begins, to the pre-trained one with the gate's weight as the probability. Default `step`.
   */
  readonly by?: 'step' | 'session';
}

/** A learner whose policy is the mixture of both policies. */
export interface AdaptiveLearner extends Learner {
  /** The gate in use: the given one or the default. Its `estimates` are for logs. */
  readonly gate: Gate;
}

/**
 * A-iALP_ap (Wang et al. 2025): a frozen pre-trained policy protects the first days while a new policy learns online. Items are
 * chosen by the mixture of both, with weights set by a gate. The mixture's propensities are exact and recorded with every action.
 * By session, rows of observations are session slots, as in `Environment`. It can be checkpointed if the online learner and the
 * gate can.
 * @throws {InvalidOptionError} for policies of different catalogues, or that share a network; without a gate, also for an online
 *   learner without a network with the head `value`, which the default gate needs.
 */
export function createAdaptiveLearner(options: AdaptiveLearnerOptions): AdaptiveLearner {
  checkParts(options);
  const { pretrained, online, by = 'step', gate = defaultGate(online, by) } = options;
  checkOneOf('by', by, ['step', 'session']);
  checkSpecification('gate', gate, ['weigh'], 'a gate, such as createConstantGate(0.5)');
  if (gate.by !== undefined && gate.by !== by) {
    throw new InvalidOptionError('by', by, `'${gate.by}', which the gate needs`);
  }
  let interactions = 0;
  const weigh: WeighStates = (observation, weights) => gate.weigh({ interactions, observation }, weights);
  const count = checkpointState(
    () => ({ interactions }),
    (state) => {
      interactions = state.interactions;
    },
  );
  // A gate that observes nothing has no state to checkpoint.
  const stateless = { checkpoint: () => ({}), restore: () => {} };
  const parts = { online, gate: gate.observe === undefined ? stateless : gate, count };
  if (by === 'session') {
    return { gate, ...bySession({ pretrained, online, gate, weigh, parts }, (more) => (interactions += more)) };
  }
  const acted = new RecentActions(online.rolloutLength);
  return {
    specificationVersion: 'v1',
    gate,
    policy: createMixturePolicy(pretrained, online.policy, weigh, (action) => acted.add(action)),
    rolloutLength: online.rolloutLength,
    learn(rollout) {
      interactions += rollout.actions.length;
      const known = acted.recall(rollout);
      gate.observe?.({ rollout, propensities: lazyPropensities(pretrained, online.policy, rollout, known) });
      return online.learn(rollout);
    },
    ...combineCheckpointables(parts),
  };
}

/** @throws {InvalidOptionError} for values that are not a policy or a learner, or if the pre-trained network would be trained. */
function checkParts(options: AdaptiveLearnerOptions): void {
  checkObject('options', options, 'an object, such as { pretrained: createNetworkPolicy(network), online }');
  checkOptionNames(options, ['pretrained', 'online', 'gate', 'by']);
  const { pretrained, online } = options;
  checkPolicy('pretrained', pretrained);
  checkLearner('online', online);
  if ('network' in pretrained && pretrained.network === online.network) {
    const expected =
      "a policy that is not trained; copy the network for the online learner: createOnlineNetwork(network, 'warm')";
    throw new InvalidOptionError('pretrained', described('the network that the online learner trains'), expected);
  }
}

function defaultGate({ network }: AdaptiveLearnerOptions['online'], by: 'step' | 'session'): Gate {
  if (by === 'session') return createSessionReturnGate();
  if (network?.heads.includes('value')) return createReturnAdaptiveGate({ critic: network });
  throw new InvalidOptionError(
    'gate',
    undefined,
    'a gate, where the online learner has no network with the head value',
  );
}

interface BySession {
  readonly pretrained: Policy;
  readonly online: Learner;
  readonly gate: Gate;
  readonly weigh: WeighStates;
  readonly parts: Readonly<Record<string, Partial<Checkpointable>>>;
}

function bySession(
  { pretrained, online, gate, weigh, parts }: BySession,
  count: (interactions: number) => void,
): Learner {
  const policy = createSessionPolicy(pretrained, online.policy, weigh);
  const acted = new SessionAttribution(online.rolloutLength);
  return {
    specificationVersion: 'v1',
    policy: {
      specificationVersion: 'v1',
      items: policy.items,
      distribution(observation) {
        const { propensity, sample } = policy.distribution(observation);
        return {
          propensity,
          sample(random) {
            const action = sample(random);
            acted.add(policy.firstActs, observation, action);
            return action;
          },
        };
      },
    },
    rolloutLength: online.rolloutLength,
    learn(rollout) {
      count(rollout.actions.length);
      // Rows of another policy's rollout cannot be attributed.
      const own = acted.attribute(rollout);
      const propensities = lazyPropensities(pretrained, online.policy, rollout, { turn: own?.turn });
      gate.observe?.({ rollout, propensities, ...(own && { pretrainedActs: own.firstActs }) });
      return online.learn(rollout);
    },
    ...combineCheckpointables({ ...parts, sessions: policy.state }),
  };
}

/** Propensities of a rollout, computed once on demand where they were not recorded. */
function lazyPropensities(
  pretrained: Policy,
  online: Policy,
  { states, actions }: Rollout,
  known: RecalledRollout = {},
): () => Propensities {
  let found: Propensities | undefined;
  const evaluate = (policy: Policy): Float32Array =>
    // A rollout has no turns. If they were not recorded, they are counted in the history, up to its length.
    policy
      .distribution({ ...states, turn: known.turn ?? turnsOf(states) })
      .propensity(actions)
      .slice();
  return () => {
    found ??= { pretrained: known.pretrained ?? evaluate(pretrained), online: known.online ?? evaluate(online) };
    return found;
  };
}

function turnsOf({ sessions, historyLength, historyItems }: Rollout['states']): Int32Array {
  return Int32Array.from({ length: sessions }, (_, row) => {
    let turns = 0;
    for (let place = row * historyLength; place < (row + 1) * historyLength; place++) {
      if (historyItems[place] >= 0) turns++;
    }
    return turns;
  });
}
