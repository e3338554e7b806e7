import type { Random } from '@ialp/core';
import type * as tf from '@tensorflow/tfjs';
import type { Head, ItemTensor } from '../network.js';
import type { TensorFlowNamespace } from './tensorflow.js';

/** A batch of histories as tensors. The engine owns them and releases them after the pass. */
export interface ModelInputs {
  /** `[batch, historyLength]`, `int32`: items, newest last; -1 for no interaction. */
  readonly historyItems: tf.Tensor2D;
  /** `[batch, historyLength]`, `int32`: the same with 0 for no interaction, for `tf.gather`, which does not accept -1. */
  readonly indices: tf.Tensor2D;
  /** `[batch, historyLength]`: 1 for an interaction, 0 for none. */
  readonly filled: tf.Tensor2D;
  /** `[batch, historyLength]`: the feedback; 0 for no interaction. */
  readonly historyFeedback: tf.Tensor2D;
  /** `[batch, userFeatures]`; absent if the network has none. */
  readonly userFeatures?: tf.Tensor2D;
}

/**
 * A model of TensorFlow.js: an encoder that maps histories to states, and heads. The network has the heads whose methods the model
 * has.
 *
 * All methods must use operations of TensorFlow.js, so that gradients can be computed. Heads return logits and values; the engine
 * does exclusions, probabilities, losses and the optimiser.
 */
export interface TensorFlowModel {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** All weights by name. `trainable: false` freezes a variable. Do not name the variables themselves: those of a copy would clash. */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  /** The states, of any shape, which are passed to the heads. */
  encode(inputs: ModelInputs): tf.Tensor;
  /** `[batch, items]`: logits, also of items that may not be shown. */
  actor?(state: tf.Tensor): tf.Tensor;
  /** `[batch]` or `[batch, 1]`: `V(s)`. */
  value?(state: tf.Tensor): tf.Tensor;
  /** `[batch, items]`: `Q(s, a)`. */
  q?(state: tf.Tensor): tf.Tensor;
  /** Names of the weights of the actor's output layer, which `scaleActor` multiplies; without them it throws. */
  readonly actorVariables?: readonly string[];
  /** The variables with a row for each item, for catalogues that change: `itemTensors` of the network. */
  readonly itemVariables?: readonly ItemTensor[];
  /** Releases resources other than `variables`. */
  dispose?(): void;
}

/** Sizes for which a model is built. */
export interface ModelSizes {
  readonly items: number;
  readonly historyLength: number;
  /** Number of user features; 0 for none. */
  readonly userFeatures: number;
}

/**
 * Builds a model with new weights, drawn from `random`. It is called for each network and each copy, within `tf.tidy`: tensors other
 * than variables that must remain need `tf.keep`.
 */
export type ModelBuilder = (tf: TensorFlowNamespace, random: Random, sizes: ModelSizes) => TensorFlowModel;

const HEADS: readonly Head[] = ['actor', 'value', 'q'];

/** The heads that a model has. */
export function headsOf(model: TensorFlowModel): readonly Head[] {
  return HEADS.filter((head) => model[head] !== undefined);
}
