import type * as tf from '@tensorflow/tfjs';
import type { TensorFlowNamespace } from '../tensorflow.js';
import type { ParameterMaker } from './parameters.js';

/** Added to the variance, so that its root is not 0. */
const EPSILON = 1e-5;

/** Layer normalisation (Ba et al. 2016) over the last axis, with scale and shift weights of the given names. */
export function makeLayerNorm(
  tf: TensorFlowNamespace,
  make: ParameterMaker,
  name: { readonly scale: string; readonly shift: string },
  width: number,
): (x: tf.Tensor) => tf.Tensor {
  const [scale, shift] = [make.constant(name.scale, width, 1), make.constant(name.shift, width, 0)];
  return (x) => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON))), scale), shift);
  };
}
