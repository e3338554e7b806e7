import type * as tf from '@tensorflow/tfjs';
import { itemTensorsOf } from '../../engine/item-tensors.js';
import type { ModelBuilder, ModelInputs, TensorFlowModel } from '../model.js';
import type { TensorFlowNamespace } from '../tensorflow.js';
import { type Architecture, type ArchitectureOptions, completeOptions } from './options.js';
import { ParameterMaker } from './parameters.js';
import { makeTokenizer, type Tokenizer } from './tokens.js';

/** Initial standard deviation of the actor's weights: small, so that the initial policy is nearly uniform. */
const ACTOR_DEVIATION = 0.01;

/** Parts from which an architecture's encoder is built. */
export interface EncoderParts {
  readonly tf: TensorFlowNamespace;
  readonly make: ParameterMaker;
  readonly tokens: Tokenizer;
  readonly architecture: Architecture;
  /** `userFeatures @ user` as `[batch, hidden]`, added to a tensor; without user features the tensor itself. */
  addUser(to: tf.Tensor, inputs: ModelInputs): tf.Tensor;
}

/** Maps histories to states, `[batch, hidden]`. */
export type Encoder = (inputs: ModelInputs) => tf.Tensor;

/** Makes a model builder from an encoder, by adding tokens and heads. */
export function architectureWith(
  options: ArchitectureOptions,
  makeEncoder: (parts: EncoderParts) => Encoder,
): ModelBuilder {
  return (tf, random, sizes) => {
    const architecture = completeOptions(options, sizes);
    const make = new ParameterMaker(tf, random);
    const tokens = makeTokenizer(tf, make, random, architecture);
    // `user` is made after the encoder's weights, so that the order of random draws is fixed; it is looked up when needed.
    const addUser = (to: tf.Tensor, { userFeatures }: ModelInputs): tf.Tensor =>
      userFeatures === undefined ? to : tf.add(to, tf.matMul(userFeatures, make.variables['user'] as tf.Tensor2D));
    const encode = makeEncoder({ tf, make, tokens, architecture, addUser });
    const { userFeatures, hidden } = architecture;
    if (userFeatures > 0) make.normal('user', userFeatures, hidden, 1 / Math.sqrt(userFeatures));
    const heads = makeHeads(tf, make, architecture);
    const itemVariables = itemTensorsOf(architecture);
    return { specificationVersion: 'v1', variables: make.variables, itemVariables, encode, ...heads };
  };
}

function makeHeads(
  tf: TensorFlowNamespace,
  make: ParameterMaker,
  { items, hidden, heads }: Architecture,
): Omit<TensorFlowModel, 'specificationVersion' | 'variables' | 'itemVariables' | 'encode'> {
  const linear = (name: string, bias: string, rows: number, deviation: number) => {
    const [weights, shift] = [make.normal(name, rows, hidden, deviation), make.constant(bias, rows, 0)];
    return (state: tf.Tensor): tf.Tensor => tf.add(tf.matMul(state, weights, false, true), shift);
  };
  return {
    ...(heads.includes('actor') && {
      actor: linear('actor', 'actorBias', items, ACTOR_DEVIATION),
      actorVariables: ['actor', 'actorBias'],
    }),
    ...(heads.includes('value') && { value: linear('critic', 'criticBias', 1, 1 / Math.sqrt(hidden)) }),
    ...(heads.includes('q') && { q: linear('q', 'qBias', items, ACTOR_DEVIATION) }),
  };
}
