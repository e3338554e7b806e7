import type { Checkpoint, Observation, Trajectories } from '@ialp/core';

/** A gate's current estimates, by name; null for one that is not known yet. */
export type GateEstimates = Readonly<Record<string, number | null>>;

/** What a gate sets its weights from. */
export interface GateContext {
  /** Interactions learned from since deployment, over all sessions. It increases with every update. */
  readonly interactions: number;
  /** The states to choose items in. */
  readonly observation: Observation;
}

/** The probability of each shown item under each of the two policies alone. */
export interface Propensities {
  /** `[rows, slateSize]`: `pi_pre(a|s)`; of slates at each position, given the items above. */
  readonly pretrained: Float32Array;
  /** `[rows, slateSize]`: `pi_on(a|s)` at the time of the action, likewise. */
  readonly online: Float32Array;
}

/** What a gate observes of all experience, before the online learner learns from it. */
export interface GateExperience {
  /** States, actions, feedback, and who chose. Sessions are told apart by their keys. */
  readonly trajectories: Trajectories;
  /**
   * Computes the propensities on the first call. Those of a policy that took part in the actions were recorded; otherwise the
   * policy is evaluated in all states.
   */
  propensities(): Propensities;
}

/**
 * Sets the mixture weight `w` of the pre-trained policy against the one that learns online:
 * `mu(a|s) = w pi_pre(a|s) + (1 - w) pi_on(a|s)`.
 *
 * `gateChecks` of `@ialp/adaptive/testing` checks the rules:
 * - there is one weight for each row, from 0 to 1;
 * - the same calls give the same weights, and `weigh` changes no state;
 * - the observation is not modified.
 */
export interface Gate {
  /** Version of this interface. */
  readonly specificationVersion: 'v2';
  /**
   * How traffic must be divided (`by` of `createAdaptiveLearner`, which refuses the other). Absent if the gate works with both.
   */
  readonly by?: 'step' | 'session';
  /** Current estimates, by name, for logs and dashboards. Gates with a fixed schedule have none. */
  readonly estimates?: GateEstimates;
  /**
   * Fills `weights` (`[rows]`) with `w`, the weight of the pre-trained policy. A return value is ignored; a weight that is not
   * filled in throws a `GateError`.
   */
  weigh(context: GateContext, weights: Float32Array): void;
  /** Observes experience. Gates with a fixed schedule do not need it. */
  observe?(experience: GateExperience): void;
  /** A copy of all state that its weights depend on. A gate with `observe` but no checkpoint cannot be resumed. */
  checkpoint?(): Checkpoint;
  /**
   * Restores a checkpoint of a gate with the same options.
   * @throws {CheckpointError} for a checkpoint of something else; the gate is then unchanged.
   */
  restore?(checkpoint: Checkpoint): void;
}
