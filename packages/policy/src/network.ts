import type { Observation, Random } from '@ialp/core';
import type { ActionDistribution } from './policy.js';

/** The histories of a batch of states, without masks: all that a critic needs. */
export type Histories = Pick<
  Observation,
  'sessions' | 'historyLength' | 'historyItems' | 'historyFeedback' | 'userFeatures'
>;

/** A batch of states: an observation, or states gathered from several. `sessions` is the number of states. */
export type States = Histories & Pick<Observation, 'items' | 'mask'>;

/**
 * An output of a network on top of its state encoder: `actor`, a softmax over the allowed items; `value`, the critic's `V(s)`;
 * `q`, action values `Q(s, a)`.
 */
export type Head = 'actor' | 'value' | 'q';

/** The best items of each state, best first. */
export interface Ranking {
  /** `[sessions, count]`: item indices; -1 where fewer items are allowed. */
  readonly items: Int32Array;
  /** `[sessions, count]`: probabilities or action values; 0 where there is no item. */
  readonly scores: Float32Array;
}

/** Actor and critic of a batch of states. Valid until the network's next call. */
export interface Evaluation extends ActionDistribution {
  /** `[sessions]`: the critic's `V(s)`; empty without that head. */
  readonly value: Float32Array;
  /**
   * The `count` most probable allowed items of each state, with their probabilities; ties in catalogue order. `count` is from 1
   * to the number of items, or to 1,000 for a smaller catalogue; places without an item hold -1.
   */
  top(count: number): Ranking;
}

/** Options of a forward pass. */
export interface EvaluationOptions {
  /**
   * Whether items may be scored with weights rounded to 8 bits: several times as fast for few states and very many items.
   * Actions are then sampled from a slightly different policy, and their propensities are exact for that policy. `top` selects
   * its candidates by the rounded scores and ranks them by the exact ones. Engines without 8-bit scoring answer exactly.
   * Default false.
   */
  readonly approximate?: boolean;
}

/** Action values of a batch of states. Valid until the network's next call. */
export interface ActionValues {
  /** `[sessions]`: `Q(s, items[row])`, whether the mask allows the item or not. */
  of(items: Int32Array): Float32Array;
  /**
   * The `count` allowed items of greatest value in each state, with their values; ties in catalogue order. `count` is from 1 to
   * the number of items, or to 1,000 for a smaller catalogue; places without an item hold -1.
   */
  top(count: number): Ranking;
}

/** What the network computes for the actions of a training step, before the update. Valid until the network's next call. */
export interface ActionEvaluation {
  /** `[sessions]`: `log pi(a|s)` of the action; empty without an actor. */
  readonly logProbability: Float32Array;
  /** `[sessions]`: `V(s)`; empty without that head. */
  readonly value: Float32Array;
  /** `[sessions]`: the entropy of `pi(.|s)` in nats; empty without an actor. */
  readonly entropy: Float32Array;
  /** `[sessions]`: `Q(s, a)` of the action; empty without that head. */
  readonly q: Float32Array;
}

/** Targets of a training step: constants, through which no gradient flows. A missing target leaves its term out of the loss. */
export interface Targets {
  /** `[sessions]`: the weight of `-log pi(a|s)` in the loss, such as an advantage. */
  readonly policyWeight?: Float32Array;
  /** `[sessions]`: the regression target of `V(s)`. */
  readonly valueTarget?: Float32Array;
  /** `[sessions]`: the regression target of `Q(s, a)`. */
  readonly qTarget?: Float32Array;
  /** Replaces the setting of the same name in this step. */
  readonly learningRate?: number;
  /** Replaces the setting of the same name in this step. */
  readonly entropyWeight?: number;
}

/** A sampled softmax: the actor is trained on the batch's actions and on items sampled for the whole batch. */
export interface SampledSoftmax {
  /** Number of items to sample, uniformly and with replacement, beside the actions. */
  readonly items: number;
  /** Samples them. */
  readonly random: Random;
}

/** Weights of the loss terms, and settings of the optimiser. */
export interface TrainingSettings {
  /** The optimiser's step size. */
  readonly learningRate: number;
  /** `c_v`: weight of the critic's squared error. */
  readonly valueWeight: number;
  /** `c_e`: weight of the entropy bonus. */
  readonly entropyWeight: number;
  /** `c_q`: weight of the action values' squared error. Default 1. */
  readonly qWeight?: number;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. */
  readonly maxGradientNorm: number;
  /**
   * Trains the actor on a sample of the catalogue, for catalogues of many thousand items. Log probabilities, entropies and the
   * policy gradient are then estimates. Default: the whole catalogue, exactly.
   */
  readonly sampledSoftmax?: SampledSoftmax;
}

/** Figures of a training step before its update: means over the batch. 0 for a term that is not part of the loss. */
export interface TrainingReport {
  readonly policyLoss: number;
  /** Mean squared error of the critic. */
  readonly valueLoss: number;
  /** Mean squared error of the action values. */
  readonly qLoss: number;
  /** In nats. */
  readonly entropy: number;
  /** Global L2 norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** One named tensor. */
export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** A network's weights by name: plain data that can be stored or sent to another thread. */
export type Weights = Readonly<Record<string, Tensor>>;

/**
 * The boundary between algorithms and arithmetic: a state encoder with up to three heads on top (actor, critic, action values),
 * evaluated and trained on batches of states.
 *
 * A training step is a forward pass, a call of `targets`, and a backward pass with an update. `targets` receives
 * `log pi(a|s)`, `V(s)` and `Q(s, a)` and returns the weight of each action and the regression targets; REINFORCE, A2C, PPO,
 * V-trace, Q learning and behaviour cloning differ in nothing else. The loss is
 *
 * `mean(-policyWeight * log pi(a|s)) + c_v * mean((valueTarget - V(s))^2) + c_q * mean((qTarget - Q(s, a))^2)
 *  - c_e * mean(entropy(pi(.|s)))`.
 *
 * PPO's clipped objective is a weight, too: `A * ratio` where it is not clipped, 0 where it is. A Huber loss is a target:
 * `Q + clip(qTarget - Q, -1, 1)`. Behaviour cloning, or supervised next-item prediction, is a weight of 1.
 */
export interface Network {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** Number of items in the catalogue. */
  readonly items: number;
  /** Interactions in a state's history. */
  readonly historyLength: number;
  /** The heads on top of its encoder. */
  readonly heads: readonly Head[];
  /**
   * Forward pass of actor and critic.
   * @throws {MissingHeadError} without an actor.
   */
  evaluate(states: States, options?: EvaluationOptions): Evaluation;
  /**
   * `[sessions]`: the critic's `V(s)` alone, which is cheap. Valid until the network's next call.
   * @throws {MissingHeadError} without a critic.
   */
  values(histories: Histories): Float32Array;
  /**
   * Forward pass of the action values.
   * @throws {MissingHeadError} without that head.
   */
  actionValues(states: States, options?: EvaluationOptions): ActionValues;
  /**
   * One optimiser step.
   * @param actions `[sessions]`: the items shown in the states, each allowed by its mask.
   * @param targets called once, with the forward pass of the actions; its arrays are read before it is called again.
   * @throws {InvalidOptionError} for settings that are not finite numbers, actions that are not an Int32Array, targets that are
   *   not an object, or an action that is not an item or that the mask forbids.
   * @throws {MissingHeadError} for a target of a head that the network does not have.
   * @throws {DivergenceError} if the loss or its gradient is not finite. After any of these errors, weights and optimiser are
   *   unchanged.
   */
  trainStep(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): TrainingReport;
  /** A second network with the same weights and a new optimiser. */
  copy(): Network;
  /**
   * Multiplies the weights of the actor's output layer, and so its logits: a factor below 1 flattens the policy, 0 makes it uniform.
   * @throws {MissingHeadError} without an actor.
   */
  scaleActor(factor: number): void;
  /** A copy of the weights. */
  weights(): Weights;
  /**
   * Sets weights that `weights` of the same architecture returned. The optimiser is unchanged.
   * @throws {WeightsError} if names or shapes differ, or a weight is not finite; the network is then unchanged.
   */
  setWeights(weights: Weights): void;
  /**
   * A copy of the weights and of the optimiser's state: all that further training depends on. Names of the optimiser's tensors
   * contain a slash; the others are those of the weights.
   */
  trainingState(): Weights;
  /**
   * Restores a state that `trainingState` of the same architecture and optimiser returned; training then continues bit for bit.
   * @throws {WeightsError} if names or shapes differ, or a number is not finite; the network is then unchanged.
   */
  setTrainingState(state: Weights): void;
  /** Releases what it holds beside plain memory: worker threads, tensors. The network cannot be used afterwards. */
  dispose(): void;
}
