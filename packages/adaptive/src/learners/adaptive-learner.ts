import {
  type Checkpointable,
  checkOneOf,
  checkpointState,
  checkSpecification,
  combineCheckpointables,
  InvalidOptionError,
} from '@ialp/core';
import type { Learner, Network, Policy, Rollout } from '@ialp/policy';
import { ActedSessions } from '../experience/acted-sessions.js';
import { ActedSteps, type KnownOfRollout } from '../experience/acted-steps.js';
import type { Gate, Propensities } from '../gate.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { createMixturePolicy, type WeighStates } from '../policies/mixture-policy.js';
import { createSessionPolicy } from '../policies/session-policy.js';

/** Options of `createAdaptiveLearner`. */
export interface AdaptiveLearnerOptions {
  /** The policy that was trained before the first day. It stays as it is. */
  readonly pretrained: Policy;
  /**
   * Learns online. It has to correct for experience that another policy gathered: the mixture acts, not it alone. The
   * learners of `@ialp/policy` do, by V-trace from the recorded propensities.
   */
  readonly online: Learner & { readonly network?: Pick<Network, 'heads' | 'values'> };
  /**
   * How much comes from which. Default: by which of the two earns more, `createReturnAdaptiveGate` with the online learner's network
   * as its critic, a discount of 0.9 and all other defaults; by session, `createSessionReturnGate`.
   */
  readonly gate?: Gate;
  /**
   * Who decides how often: both policies have their share in every `step`; or each `session` is given to one of them when it
   * begins, with the gate's weight as the probability that it is the pre-trained one. Default `step`.
   */
  readonly by?: 'step' | 'session';
}

/** A learner whose policy is the mixture of both. */
export interface AdaptiveLearner extends Learner {
  /** The gate that sets the shares: the given one, or the default one. Its `estimates` are for logs. */
  readonly gate: Gate;
}

/**
 * A-iALP_ap (Wang et al. 2025): a frozen pre-trained policy protects the first days, a new one learns online, and what
 * is shown comes from both, in shares that the gate sets. The propensity of what acts is exact and recorded with every
 * action. By session, rows of observations are session slots, as `Environment` has them. It can be checkpointed where
 * the online learner and the gate can.
 * @throws {InvalidOptionError} where the policies are for different catalogues or share one network, or where there is no gate and the
 *   online learner has no network with the head `value` to judge by.
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
  // A gate that observes nothing has no state.
  const plan = { checkpoint: () => ({}), restore: () => {} };
  const parts = { online, gate: gate.observe === undefined ? plan : gate, count };
  if (by === 'session') {
    return { gate, ...bySession({ pretrained, online, gate, weigh, parts }, (more) => (interactions += more)) };
  }
  const acted = new ActedSteps(online.rolloutLength);
  return {
    specificationVersion: 'v1',
    gate,
    policy: createMixturePolicy(pretrained, online.policy, weigh, (action) => acted.add(action)),
    rolloutLength: online.rolloutLength,
    learn(rollout) {
      interactions += rollout.actions.length;
      const known = acted.knownOf(rollout);
      gate.observe?.({ rollout, propensities: lazyPropensities(pretrained, online.policy, rollout, known) });
      return online.learn(rollout);
    },
    ...combineCheckpointables(parts),
  };
}

/** @throws {InvalidOptionError} for what is no policy or no learner, and where what is to stay frozen would be trained. */
function checkParts(options: AdaptiveLearnerOptions): void {
  const { pretrained, online } = options ?? {};
  checkSpecification('pretrained', pretrained, ['distribution'], 'a policy, such as createNetworkPolicy(network)');
  checkSpecification('online', online, ['learn'], 'a learner, such as createA2C({ network })');
  if ('network' in pretrained && pretrained.network === online.network) {
    const expected =
      'a policy that stays as it is; copy the network for the online learner: createOnlineNetwork(network)';
    throw new InvalidOptionError('pretrained', 'the network that the online learner trains', expected);
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
  const acted = new ActedSessions(online.rolloutLength);
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
      // A rollout that another policy gathered does not say who acted.
      const own = acted.rowsOf(rollout);
      const propensities = lazyPropensities(pretrained, online.policy, rollout, { turn: own?.turn });
      gate.observe?.({ rollout, propensities, ...(own && { pretrainedActs: own.firstActs }) });
      return online.learn(rollout);
    },
    ...combineCheckpointables({ ...parts, sessions: policy.state }),
  };
}

/** Asks the policies about a rollout for what is not known of it, once, and only where somebody wants to know. */
function lazyPropensities(
  pretrained: Policy,
  online: Policy,
  { states, actions }: Rollout,
  known: KnownOfRollout = {},
): () => Propensities {
  let found: Propensities | undefined;
  const ask = (policy: Policy): Float32Array =>
    // A rollout does not hold turns. Of one that another policy gathered, the history tells them, up to its length.
    policy
      .distribution({ ...states, turn: known.turn ?? turnsOf(states) })
      .propensity(actions)
      .slice();
  return () => {
    found ??= { pretrained: known.pretrained ?? ask(pretrained), online: known.online ?? ask(online) };
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
