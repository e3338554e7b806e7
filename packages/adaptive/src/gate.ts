import type { Observation } from '@ialp/env';
import type { Rollout } from '@ialp/policy';

/** What a gate may look at when it sets the weights. */
export interface GateContext {
  /** Interactions learned from since deployment, over all sessions; it moves on with every update. */
  readonly interactions: number;
  /** The states that are to be acted in. */
  readonly observation: Observation;
}

/**
 * Decides how much of what is shown comes from the pre-trained policy and how much from the one that learns online:
 * `mu(a|s) = w pi_pre(a|s) + (1 - w) pi_on(a|s)`.
 *
 * The rules, which `gateChecks` of `@ialp/adaptive/testing` enforces: weights are from 0 to 1, one for each session;
 * the same calls give the same weights; what it is shown is left as it was.
 */
export interface Gate {
  /** Fills `weights` (`[sessions]`) with `w`, the share of the pre-trained policy. */
  weigh(context: GateContext, weights: Float32Array): void;
  /** Told of what was shown and how it was answered. Gates that follow a plan have none. */
  observe?(rollout: Rollout): void;
}
