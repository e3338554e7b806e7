import {
  checkObject,
  checkOneOf,
  checkOptionNames,
  checkSpecification,
  described,
  InvalidOptionError,
  type Trajectories,
} from '@ialp/core';
import { checkpointState, combineCheckpointables } from '@ialp/core/checkpoint';
import type { Learner, Network, Policy } from '@ialp/policy';
import { checkLearner, checkPolicy, checkTrajectories } from '../checks.js';
import { frozenNetworkPart, frozenNetworkState, networksOf } from '../experience/frozen-network.js';
import { combinePolicyStates, smallPart } from '../experience/policy-state.js';
import type { Gate, Propensities } from '../gate.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { createMixturePolicy, type WeighStates } from '../policies/mixture-policy.js';
import { createSessionPolicy } from '../policies/session-policy.js';

/** Options of `createAdaptiveLearner`. */
export interface AdaptiveLearnerOptions {
  /**
   * The policy that was trained before deployment. It is not trained. If it has a network, its weights are part of the checkpoints, as they
   * change when new items are placed.
   */
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
  /**
   * The networks of the online learner, and the frozen one of the pre-trained policy: new items have to be placed in all of them
   * (`placeItems` of `@ialp/policy/catalogue`). Policies and learners without a network have none here. A network of the gate alone, such as
   * `values` of `createValueSoftmaxGate`, is not listed; place the items in it, too.
   */
  readonly networks: readonly Network[];
}

/**
 * A-iALP_ap (Wang et al. 2025): a frozen pre-trained policy protects the first days while a new policy learns online. Items are
 * chosen by the mixture of both, with weights set by a gate. The mixture's propensities are exact; every action
 * also says which policy chose, and with which propensity each would have.
 * Sessions are told apart by their keys, and may come one at a time.
 *
 * It can be checkpointed if the online learner and the gate can. A checkpoint holds the weights of the frozen network, too, and `restore` sets
 * them: items may have been placed in it since. A policy state holds what decides: the weights of both policies, and the gate. Which policy
 * serves each session is not part of it, but the memory of the session (`policy.sessions`).
 * @throws {InvalidOptionError} for policies of different catalogues, or that share a network; without a gate, also for an online
 *   learner without a network with the head `value`, which the default gate needs.
 */
export function createAdaptiveLearner(options: AdaptiveLearnerOptions): AdaptiveLearner {
  checkParts(options);
  const { pretrained, online, by = 'step', gate = defaultGate(online, by) } = options;
  checkOneOf('by', by, ['step', 'session']);
  checkSpecification('gate', gate, ['weigh'], 'a gate, such as createConstantGate(0.5)', 'v2');
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
  const parts = {
    ...{ online, gate: gate.observe === undefined ? stateless : gate, count },
    ...frozenNetworkState(pretrained, online),
  };
  const bySession = by === 'session' ? createSessionPolicy(pretrained, online.policy, weigh) : undefined;
  return {
    specificationVersion: 'v2',
    gate,
    policy: bySession ?? createMixturePolicy(pretrained, online.policy, weigh),
    rolloutLength: online.rolloutLength,
    networks: networksOf(online, pretrained),
    learn(trajectories) {
      checkTrajectories(trajectories);
      interactions += trajectories.rows;
      gate.observe?.({ trajectories, propensities: lazyPropensities(pretrained, online.policy, trajectories) });
      bySession?.forgetEnded(trajectories);
      return online.learn(trajectories);
    },
    ...combineCheckpointables({ ...parts, ...(bySession && { sessions: bySession.state }) }),
    ...combinePolicyStates(online, {
      ...(gate.observe !== undefined && { gate: smallPart(gate) }),
      count: smallPart(count),
      ...frozenNetworkPart(pretrained, online),
    }),
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

/** Propensities of trajectories, computed once on demand where they were not recorded. */
function lazyPropensities(pretrained: Policy, online: Policy, trajectories: Trajectories): () => Propensities {
  const { states, actions, pretrainedPropensity, onlinePropensity } = trajectories;
  let found: Propensities | undefined;
  const known = (recorded: Float32Array | undefined, policy: Policy): Float32Array => {
    if (recorded !== undefined && !recorded.some(Number.isNaN)) return recorded;
    const computed = policy.distribution(states).propensity(actions);
    return computed.map((value, place) => (Number.isNaN(recorded?.[place] ?? Number.NaN) ? value : recorded![place]));
  };
  return () => {
    found ??= {
      pretrained: known(pretrainedPropensity, pretrained),
      online: known(onlinePropensity, online),
    };
    return found;
  };
}
