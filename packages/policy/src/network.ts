import type { Observation } from '@ialp/env';
import type { ActionDistribution } from './policy.js';

/** The histories of a batch of states, without what may be shown next: enough for a critic. */
export type Histories = Pick<Observation, 'sessions' | 'historyLength' | 'historyItems' | 'historyFeedback'>;

/** A batch of states: an observation, or states gathered from several. */
export type States = Histories & Pick<Observation, 'items' | 'mask'>;

/** What a network says of a batch of states. It holds until the network's next call. */
export interface Evaluation extends ActionDistribution {
  /** `[sessions]`: the critic's `V(s)`. */
  readonly value: Float32Array;
}

/** The network's view of the actions that were taken, at the start of a training step. */
export interface ActionEvaluation {
  /** `[sessions]`: `log pi(a|s)` of the action taken. */
  readonly logProbability: Float32Array;
  /** `[sessions]`: `V(s)`. */
  readonly value: Float32Array;
  /** `[sessions]`: the entropy of `pi(.|s)` in nats. */
  readonly entropy: Float32Array;
}

/** What a training step is to do with each row; constants, through which no gradient flows. */
export interface Targets {
  /** `[sessions]`: the weight of `-log pi(a|s)` in the loss; an advantage, for example. */
  readonly policyWeight: Float32Array;
  /** `[sessions]`: what `V(s)` is to become. */
  readonly valueTarget: Float32Array;
}

/** Weights of the loss's parts and the optimiser's settings. */
export interface TrainingSettings {
  /** Adam's step size. */
  readonly learningRate: number;
  /** `c_v`, the weight of the critic's squared error. */
  readonly valueWeight: number;
  /** `c_e`, the weight of the entropy bonus. */
  readonly entropyWeight: number;
  /** The gradient is scaled down to this global L2 norm where it is longer; `Infinity` leaves it as it is. */
  readonly maxGradientNorm: number;
}

/** What a training step saw before its update: means over the batch. */
export interface TrainingReport {
  readonly policyLoss: number;
  /** Mean squared error of the critic. */
  readonly valueLoss: number;
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
 * The seam between algorithms and arithmetic: an actor over the items and a critic, on batches of states.
 *
 * A training step is one forward pass, a look at the result, and one backward pass with an update. The look is the
 * caller's: from `log pi(a|s)` and `V(s)` it works out the weight of each action and the critic's target, which is all
 * in which REINFORCE, A2C, PPO, V-trace and behaviour cloning differ. The loss is
 *
 * `mean(-policyWeight * log pi(a|s)) + c_v * mean((valueTarget - V(s))^2) - c_e * mean(entropy(pi(.|s)))`.
 */
export interface Network {
  readonly items: number;
  readonly historyLength: number;
  /** Forward pass of actor and critic. */
  evaluate(states: States): Evaluation;
  /** `[sessions]`: the critic's `V(s)` alone, which costs little. It holds until the network's next call. */
  values(histories: Histories): Float32Array;
  /**
   * One step of the optimiser.
   * @param actions `[sessions]` the items that were shown in the states; each allowed by its mask.
   * @param targets called once, with the network's view of the actions; its arrays are read before it is called again.
   * @throws {InvalidOptionError} for an action that is no item, or that the mask forbids.
   * @throws {DivergenceError} where the loss or its gradient is not finite. After either, weights and optimiser are as
   * they were.
   */
  trainStep(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: TrainingSettings,
  ): TrainingReport;
  /** A second network with the same weights, and an optimiser that has seen nothing. */
  copy(): Network;
  /** Multiplies the weights of the actor's output layer: below 1 it is less certain of items, at 0 uniform. */
  scaleActor(factor: number): void;
  /** A copy of the weights. */
  weights(): Weights;
  /**
   * Takes weights that `weights` of the same architecture gave. The optimiser is left as it is.
   * @throws {WeightsError} where names or shapes differ, or a weight is not finite; nothing is then taken.
   */
  setWeights(weights: Weights): void;
}
