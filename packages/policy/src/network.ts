import type { Observation, Random } from '@ialp/core';
import type { ActionDistribution, Ranking } from './policy.js';
import type { Shortlist } from './shortlist.js';
import type { Staging } from './staging.js';

/** The histories of a batch of states: all that a critic needs. */
export type Histories = Pick<
  Observation,
  'rows' | 'historyLength' | 'historyItems' | 'historyFeedback' | 'userFeatures'
>;

/** A batch of states: an observation, or states gathered from several. */
export type States = Histories & Pick<Observation, 'items' | 'available' | 'exclusions'>;

/**
 * An output of a network on top of its state encoder: `actor`, a softmax over the allowed items; `value`, the critic's `V(s)`;
 * `q`, action values `Q(s, a)`.
 */
export type Head = 'actor' | 'value' | 'q';

/** Actor and critic of a batch of states. Valid until the network's next call. */
export interface Evaluation extends ActionDistribution {
  /** `[rows]`: the critic's `V(s)`; empty without that head. */
  readonly value: Float32Array;
}

/** Options of a forward pass. */
export interface EvaluationOptions {
  /**
   * Whether items may be scored with weights rounded to 8 bits: several times as fast for few states and very many items.
   * This is a slightly different policy: samples, propensities and rankings are those of the rounded scores. Action values are ranked by
   * the exact ones, among candidates that the rounded ones select. Engines without 8-bit scoring answer exactly. Default false.
   */
  readonly approximate?: boolean;
}

/** Logits of the actor in a batch of states: its scores of the items, before the softmax. Valid until the network's next call. */
export interface Logits {
  /** `[rows, count]`: the exact logits of `count` items of each state, allowed or not; -Infinity for the item -1. */
  of(items: Int32Array): Float32Array;
  /**
   * The `count` allowed items of greatest logit in each state, with their exact logits, best first; ties in catalogue order. With `approximate` they
   * are those of greatest rounded logit: an item that is missing has a logit that is at most `2 * errorBound` above the last one's. `count` is from 1 to
   * the number of items, or to 1,000 for a smaller catalogue; places without an item hold -1.
   */
  top(count: number): Ranking;
  /** `[rows]`: how far a rounded logit can be from the exact one in each state, at most; 0 without `approximate`. */
  errorBound(): Float32Array;
}

/** Action values of a batch of states. Valid until the network's next call. */
export interface ActionValues {
  /** `[rows]`: `Q(s, items[row])`, whether the item is allowed or not. */
  of(items: Int32Array): Float32Array;
  /**
   * The `count` allowed items of greatest value in each state, with their values; ties in catalogue order. `count` is from 1 to
   * the number of items, or to 1,000 for a smaller catalogue; places without an item hold -1.
   */
  top(count: number): Ranking;
}

/** What the network computes for the actions of a training step, before the update. Valid until the network's next call. */
export interface ActionEvaluation {
  /** `[rows]`: `log pi(a|s)` of the action; empty without an actor. */
  readonly logProbability: Float32Array;
  /** `[rows]`: `V(s)`; empty without that head. */
  readonly value: Float32Array;
  /** `[rows]`: the entropy of `pi(.|s)` in nats; empty without an actor. */
  readonly entropy: Float32Array;
  /** `[rows]`: `Q(s, a)` of the action; empty without that head. */
  readonly q: Float32Array;
}

/** Targets of a training step: constants, through which no gradient flows. A missing target leaves its term out of the loss. */
export interface Targets {
  /** `[rows]`: the weight of `-log pi(a|s)` in the loss, such as an advantage. */
  readonly policyWeight?: Float32Array;
  /** `[rows]`: the regression target of `V(s)`. */
  readonly valueTarget?: Float32Array;
  /** `[rows]`: the regression target of `Q(s, a)`. */
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
 * A tensor of a network's weights with a row for each item: a table `[items, width]`, or a bias `[1, items]`, whose rows are single numbers.
 */
export interface ItemTensor {
  /** Its name in the weights. */
  readonly name: string;
  /** Axis of the items. The numbers of an item, in their order in the tensor, are its row. */
  readonly axis: number;
  /** Where given features of the items (`itemEmbeddings`) begin in a row, and their number. Absent if it has none. */
  readonly given?: { readonly begin: number; readonly width: number };
}

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
  /** Version of this interface. */
  readonly specificationVersion: 'v2';
  /** Number of items in the catalogue. */
  readonly items: number;
  /** Interactions in a state's history. */
  readonly historyLength: number;
  /** The heads on top of its encoder. */
  readonly heads: readonly Head[];
  /** Build of the kernels that compute it, such as `native`. Absent if it has none. */
  readonly kernels?: string;
  /** `approximate` of the policies of this network that do not say it themselves. Default false. */
  readonly approximateActing?: boolean;
  /** `shortlist` of the policies of this network that do not say it themselves. Default none. */
  readonly shortlist?: Shortlist;
  /**
   * Forward pass of actor and critic.
   * @throws {MissingHeadError} without an actor.
   */
  evaluate(states: States, options?: EvaluationOptions): Evaluation;
  /**
   * Forward pass of the actor without a softmax over the catalogue. Absent if the network has no such pass: it then has no policies with a shortlist.
   * @throws {MissingHeadError} without an actor; {NothingAllowedError} for a state that allows no item.
   */
  logits?(states: States, options?: EvaluationOptions): Logits;
  /**
   * `[rows]`: the critic's `V(s)` alone, which is cheap. Valid until the network's next call.
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
   * @param actions `[rows]`: the items shown in the states, each allowed in its state.
   * @param targets called once, with the forward pass of the actions; its arrays are read before it is called again.
   * @throws {InvalidOptionError} for settings that are not finite numbers, actions that are not an Int32Array, targets that are
   *   not an object, or an action that is not an item or that is not allowed.
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
  /**
   * One optimiser step on slates, whose items were chosen one after the other: what `trainStep` would do on a row for each item of a slate, in the
   * state that also excludes the items above, in about the time of `trainStep` on the decisions. Absent where only those rows can be trained on.
   * @param actions `[rows * slateSize]`: the slates shown in the states, of distinct items, each allowed in its state.
   * @param targets as for `trainStep`, but `logProbability`, `entropy` and `policyWeight` are `[rows * slateSize]`, of each item given those
   *   above; `value` and `valueTarget` are `[rows]`; `q` is empty, and there is no `qTarget`.
   * @throws as `trainStep`.
   */
  trainSlates?(
    states: States,
    actions: Int32Array,
    targets: (evaluation: ActionEvaluation) => Targets,
    settings: Omit<TrainingSettings, 'sampledSoftmax'>,
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
   * Sets weights as `setWeights` does, in steps of about a millisecond each, for a network that decides meanwhile. Each step is a call of the
   * network. Changes of the network between the steps are overwritten. Of two stagings of a network, the older one throws a `NetworkStateError`.
   * Takes the memory of a second copy of the weights and of what is derived from them. Absent if weights can only be set in one piece.
   * @throws {WeightsError} as `setWeights`, in a step.
   */
  stageWeights?(weights: Weights): Staging;
  /** Another number after every change of the weights. Absent if unknown: what was computed from the weights before is then computed again. */
  readonly revision?: number;
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
  /**
   * The tensors with a row for each item; no other tensor depends on which items there are. Absent if unknown: the catalogue of such a network
   * cannot change.
   */
  readonly itemTensors?: readonly ItemTensor[];
  /**
   * Replaces the rows of some items in all `itemTensors`, and sets the optimiser's state of these rows to 0. Everything else is unchanged.
   * Absent if the network has no cheaper way than `setTrainingState`.
   * @param items distinct items.
   * @param rows for each of the `itemTensors`, by name, `[items.length, width]`: the rows of the items.
   * @throws {InvalidOptionError} for an item that is repeated or not in the catalogue; {WeightsError} if names or shapes of `rows` differ, or
   *   a number is not finite. The network is then unchanged.
   */
  setItemRows?(items: Int32Array, rows: Weights): void;
  /** Releases what it holds beside plain memory: worker threads, tensors. The network cannot be used afterwards. */
  dispose(): void;
}
