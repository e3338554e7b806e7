import type { Observation } from '@ialp/core';
import type { Checkpoint, Rollout } from '@ialp/policy';

/** A gate's current estimates, by name; null for one that is not known yet. */
export type GateEstimates = Readonly<Record<string, number | null>>;

/** What a gate may look at when it sets the weights. */
export interface GateContext {
  /** Interactions learned from since deployment, over all sessions; it moves on with every update. */
  readonly interactions: number;
  /** The states that are to be acted in. */
  readonly observation: Observation;
}

/** Of what was shown: how likely each of the two policies alone was to show it. */
export interface Propensities {
  /** `[steps * sessions]`: `pi_pre(a|s)`. */
  readonly pretrained: Float32Array;
  /** `[steps * sessions]`: `pi_on(a|s)`, as it was when it acted. */
  readonly online: Float32Array;
}

/** What a gate is told of each rollout, before the online policy learns from it. */
export interface GateExperience {
  /** What was seen, shown and answered. */
  readonly rollout: Rollout;
  /**
   * Works the propensities out when it is asked first. A policy that had a share in what was shown has said so then; any other
   * has to look at all states of the rollout.
   */
  propensities(): Propensities;
  /**
   * `[steps * sessions]`: 1 where the session belongs to the pre-trained policy, 0 where it belongs to the online one. Absent
   * where both have a share in every step.
   */
  readonly pretrainedActs?: Uint8Array;
}

/**
 * Decides how much of what is shown comes from the pre-trained policy and how much from the one that learns online:
 * `mu(a|s) = w pi_pre(a|s) + (1 - w) pi_on(a|s)`.
 *
 * The rules, which `gateChecks` of `@ialp/adaptive/testing` enforces: weights are from 0 to 1, one for each session;
 * the same calls give the same weights; what it is shown is left as it was.
 */
export interface Gate {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /**
   * The division of traffic that the gate needs (`by` of `createAdaptiveLearner`, which refuses the other). Absent if it works
   * with either.
   */
  readonly by?: 'step' | 'session';
  /** What it has estimated so far, by name, for logs and dashboards. Gates that follow a plan have none. */
  readonly estimates?: GateEstimates;
  /**
   * Fills `weights` (`[sessions]`) with `w`, the share of the pre-trained policy. What it returns is not looked at, and a
   * place that it leaves out is refused with a `GateError`.
   */
  weigh(context: GateContext, weights: Float32Array): void;
  /** Told of what was shown and how it was answered. Gates that follow a plan have none. */
  observe?(experience: GateExperience): void;
  /** A copy of all that its weights depend on. Gates that follow a plan have none; without it no deployment can be resumed. */
  checkpoint?(): Checkpoint;
  /**
   * Restores a checkpoint of a gate that was created with the same options.
   * @throws {CheckpointError} for the checkpoint of something else; the gate is then left unchanged.
   */
  restore?(checkpoint: Checkpoint): void;
}
