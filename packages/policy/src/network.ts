import type { Observation, Random } from '@ialp/core';
import type { ActionDistribution } from './policy.js';

/** The histories of a batch of states, without what may be shown next: enough for a critic. */
export type Histories = Pick<
  Observation,
  'sessions' | 'historyLength' | 'historyItems' | 'historyFeedback' | 'userFeatures'
>;

/** A batch of states: an observation, or states gathered from several. */
export type States = Histories & Pick<Observation, 'items' | 'mask'>;

/**
 * What a network has on top of its state encoder: `actor`, a softmax over the allowed items; `value`, the critic's
 * `V(s)`; `q`, action values `Q(s, a)`.
 */
export type Head = 'actor' | 'value' | 'q';

/** The best items of each state, best first. */
export interface Ranking {
  /** `[sessions, count]`; -1 where fewer items are allowed. */
  readonly items: Int32Array;
  /** `[sessions, count]`: probabilities, or action values; 0 where there is no item. */
  readonly scores: Float32Array;
}

/** What a network says of a batch of states. It holds until the network's next call. */
export interface Evaluation extends ActionDistribution {
  /** `[sessions]`: the critic's `V(s)`; empty without that head. */
  readonly value: Float32Array;
  /**
   * The `count` most probable allowed items of each state, with their probabilities. Equal ones in catalogue order. `count` is
   * from 1 to the number of items or 1,000; places for which no item is left hold -1.
   */
  top(count: number): Ranking;
}

/** How closely a network is to be asked. */
export interface EvaluationOptions {
  /**
   * Whether items may be scored from weights that are rounded to 8 bits: several times as fast for few states and very
   * many items. What is drawn then comes from a policy that differs a little from the exact one, and its propensities
   * are exact for that policy. `top` finds its candidates so, and ranks them by their exact scores. Engines that have no
   * such way answer exactly. Default false.
   */
  readonly approximate?: boolean;
}

/** Action values of a batch of states. They hold until the network's next call. */
export interface ActionValues {
  /** `[sessions]`: `Q(s, items[row])`, allowed or not. */
  of(items: Int32Array): Float32Array;
  /**
   * The `count` allowed items of greatest value in each state, with their values. Equal ones in catalogue order. `count` is from
   * 1 to the number of items or 1,000; places for which no item is left hold -1.
   */
  top(count: number): Ranking;
}

/**
 * The network's view of the actions that were taken, at the start of a training step. It holds until the network's next
 * call.
 */
export interface ActionEvaluation {
  /** `[sessions]`: `log pi(a|s)` of the action taken; empty without an actor. */
  readonly logProbability: Float32Array;
  /** `[sessions]`: `V(s)`; empty without that head. */
  readonly value: Float32Array;
  /** `[sessions]`: the entropy of `pi(.|s)` in nats; empty without an actor. */
  readonly entropy: Float32Array;
  /** `[sessions]`: `Q(s, a)` of the action taken; empty without that head. */
  readonly q: Float32Array;
}

/**
 * What a training step is to do with each row; constants, through which no gradient flows. What is left out is no part
 * of the loss.
 */
export interface Targets {
  /** `[sessions]`: the weight of `-log pi(a|s)` in the loss; an advantage, for example. */
  readonly policyWeight?: Float32Array;
  /** `[sessions]`: what `V(s)` is to become. */
  readonly valueTarget?: Float32Array;
  /** `[sessions]`: what `Q(s, a)` is to become. */
  readonly qTarget?: Float32Array;
  /** In place of the settings' own, for a step whose size depends on what was seen. */
  readonly learningRate?: number;
  /** In place of the settings' own. */
  readonly entropyWeight?: number;
}

/** A sampled softmax: the actor is trained on the actions and some items drawn for the whole batch. */
export interface SampledSoftmax {
  /** Items to draw, uniformly and with replacement; the actions come on top. */
  readonly items: number;
  /** Draws them. */
  readonly random: Random;
}

/** Weights of the loss's parts and the optimiser's settings. */
export interface TrainingSettings {
  /** The optimiser's step size. */
  readonly learningRate: number;
  /** `c_v`, the weight of the critic's squared error. */
  readonly valueWeight: number;
  /** `c_e`, the weight of the entropy bonus. */
  readonly entropyWeight: number;
  /** `c_q`, the weight of the action values' squared error. Default 1. */
  readonly qWeight?: number;
  /** The gradient is scaled down to this global L2 norm where it is longer; `Infinity` leaves it as it is. */
  readonly maxGradientNorm: number;
  /**
   * Trains the actor on a sample of the catalogue, for catalogues of many thousand items. Log probabilities, entropies
   * and the policy's gradient are then estimates. Default: the whole catalogue, exactly.
   */
  readonly sampledSoftmax?: SampledSoftmax;
}

/** What a training step saw before its update: means over the batch. 0 for what is no part of the loss. */
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
 * The seam between algorithms and arithmetic: a state encoder with an actor over the items, a critic and action values
 * on top, whichever of them it has, on batches of states.
 *
 * A training step is one forward pass, a look at the result, and one backward pass with an update. The look is the
 * caller's: from `log pi(a|s)`, `V(s)` and `Q(s, a)` it works out the weight of each action and what values are to
 * become, which is all in which REINFORCE, A2C, PPO, V-trace, Q learning and behaviour cloning differ. The loss is
 *
 * `mean(-policyWeight * log pi(a|s)) + c_v * mean((valueTarget - V(s))^2) + c_q * mean((qTarget - Q(s, a))^2)
 *  - c_e * mean(entropy(pi(.|s)))`.
 *
 * PPO's clipped objective is a weight, too: `A * ratio` where it is not clipped, 0 where it is. A Huber loss is a target:
 * `Q + clip(qTarget - Q, -1, 1)`. Behaviour cloning, or the supervised next item, is a weight of 1.
 */
export interface Network {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  readonly items: number;
  readonly historyLength: number;
  /** What it has on top of its encoder. */
  readonly heads: readonly Head[];
  /**
   * Forward pass of actor and critic.
   * @throws {MissingHeadError} without an actor.
   */
  evaluate(states: States, options?: EvaluationOptions): Evaluation;
  /**
   * `[sessions]`: the critic's `V(s)` alone, which costs little. It holds until the network's next call.
   * @throws {MissingHeadError} without a critic.
   */
  values(histories: Histories): Float32Array;
  /**
   * Forward pass of the action values.
   * @throws {MissingHeadError} without them.
   */
  actionValues(states: States, options?: EvaluationOptions): ActionValues;
  /**
   * One step of the optimiser.
   * @param actions `[sessions]` the items that were shown in the states; each allowed by its mask.
   * @param targets called once, with the network's view of the actions; its arrays are read before it is called again.
   * @throws {InvalidOptionError} for settings that are no finite numbers, actions in no Int32Array, targets that are no object, an action that is no item, or that the mask forbids.
   * @throws {MissingHeadError} for a target of a head that it has not.
   * @throws {DivergenceError} where the loss or its gradient is not finite. After any of them, weights and optimiser
   * are as they were.
   */
  trainStep(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): TrainingReport;
  /** A second network with the same weights, and an optimiser that has seen nothing. */
  copy(): Network;
  /**
   * Multiplies the weights of the actor's output layer: below 1 it is less certain of items, at 0 uniform.
   * @throws {MissingHeadError} without an actor.
   */
  scaleActor(factor: number): void;
  /** A copy of the weights. */
  weights(): Weights;
  /**
   * Takes weights that `weights` of the same architecture gave. The optimiser is left as it is.
   * @throws {WeightsError} where names or shapes differ, or a weight is not finite; nothing is then taken.
   */
  setWeights(weights: Weights): void;
  /**
   * A copy of the weights and of all that the optimiser remembers: what further training depends on. The names are those of
   * the weights, and others with a slash in them.
   */
  trainingState(): Weights;
  /**
   * Takes a state that `trainingState` of the same architecture and optimiser gave: from there on it trains as that network did.
   * @throws {WeightsError} where names or shapes differ, or a number is not finite; nothing is then taken.
   */
  setTrainingState(state: Weights): void;
  /** Gives back what it holds beside plain memory: worker threads, tensors. It cannot be used after that. */
  dispose(): void;
}
