import type { Learner, Policy } from '@ialp/policy';
import type { Gate } from './gate.js';
import { createMixturePolicy } from './mixture-policy.js';

/** Options of `createAdaptiveLearner`. */
export interface AdaptiveLearnerOptions {
  /** The policy that was trained before the first day. It stays as it is. */
  readonly pretrained: Policy;
  /**
   * Learns online. It has to correct for experience that another policy gathered: the mixture acts, not it alone. The
   * learners of `@ialp/policy` do, by V-trace from the recorded propensities.
   */
  readonly online: Learner;
  /** How much comes from which. */
  readonly gate: Gate;
}

/**
 * A-iALP_ap (Wang et al. 2025): a frozen pre-trained policy protects the first days, a new one learns online, and what
 * is shown comes from both, step by step, in shares that the gate sets. The mixture's propensity is exact and recorded
 * with every action.
 * @throws {InvalidOptionError} where the policies are for different catalogues.
 */
export function createAdaptiveLearner({ pretrained, online, gate }: AdaptiveLearnerOptions): Learner {
  let interactions = 0;
  const policy = createMixturePolicy(pretrained, online.policy, (observation, weights) => {
    gate.weigh({ interactions, observation }, weights);
  });
  return {
    policy,
    rolloutLength: online.rolloutLength,
    learn(rollout) {
      interactions += rollout.actions.length;
      gate.observe?.(rollout);
      return online.learn(rollout);
    },
  };
}
