import type { Random } from '@ialp/core';
import type * as tf from '@tensorflow/tfjs';
import type { Head } from '../network.js';
import type { TensorFlowNamespace } from './tensorflow.js';

/** A batch of histories as tensors. They are the engine's: they are released after the pass. */
export interface ModelInputs {
  /** `[batch, historyLength]`, `int32`: items, newest last; -1 where there is no interaction yet. */
  readonly historyItems: tf.Tensor2D;
  /** `[batch, historyLength]`, `int32`: the same with 0 for no interaction, for `tf.gather`, which takes no -1. */
  readonly indices: tf.Tensor2D;
  /** `[batch, historyLength]`: 1 for an interaction, 0 for none. */
  readonly filled: tf.Tensor2D;
  /** `[batch, historyLength]`: the feedback; 0 where there is no interaction. */
  readonly historyFeedback: tf.Tensor2D;
  /** `[batch, userFeatures]`; absent where the network has none. */
  readonly userFeatures?: tf.Tensor2D;
}

/**
 * A network's arithmetic: an encoder that makes a state of a history, and heads on top of it. The network has the heads
 * whose methods there are.
 *
 * Everything must be made of operations of TensorFlow.js, so that gradients can be taken. Masks, probabilities, losses
 * and the optimiser are the engine's part: heads give plain numbers.
 */
export interface TensorFlowModel {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** All weights by name. `trainable: false` keeps one as it is. Leave their own names out: a copy has the same. */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  /** The state that the heads read, of any shape. */
  encode(inputs: ModelInputs): tf.Tensor;
  /** `[batch, items]`: logits, before the mask. */
  actor?(state: tf.Tensor): tf.Tensor;
  /** `[batch]` or `[batch, 1]`: `V(s)`. */
  value?(state: tf.Tensor): tf.Tensor;
  /** `[batch, items]`: `Q(s, a)`. */
  q?(state: tf.Tensor): tf.Tensor;
  /** Names of the actor's last weights, which `scaleActor` multiplies; without any it cannot. */
  readonly actorVariables?: readonly string[];
  /** Releases what the model holds beside `variables`. */
  dispose?(): void;
}

/** For what a model is built. */
export interface ModelSizes {
  readonly items: number;
  readonly historyLength: number;
  /** Numbers known of each person from outside; 0 for none. */
  readonly userFeatures: number;
}

/**
 * Builds a model with weights of its own, drawn from `random`. It is called for each network and each copy, within
 * `tf.tidy`: a tensor beside the variables that is to stay needs `tf.keep`.
 */
export type ModelBuilder = (tf: TensorFlowNamespace, random: Random, sizes: ModelSizes) => TensorFlowModel;

const HEADS: readonly Head[] = ['actor', 'value', 'q'];

/** The heads that a model has. */
export function headsOf(model: TensorFlowModel): readonly Head[] {
  return HEADS.filter((head) => model[head] !== undefined);
}
