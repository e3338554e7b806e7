import type * as tf from '@tensorflow/tfjs';
import type { Kernel, WasmBackend } from './kernel.js';

/**
 * `matMul` that transposes its arguments first. In tfjs-backend-wasm 4.22, products with a transposed matrix use a plain loop, ten
 * times slower than others, and every gradient of a product contains one.
 */
export function batchMatMul(multiply: Kernel, transpose: Kernel): Kernel {
  return ({ inputs, backend, attrs }) => {
    const wasm = backend as WasmBackend;
    const made: tf.TensorInfo[] = [];
    const turned = (x: tf.TensorInfo, turn: unknown): tf.TensorInfo => {
      if (turn !== true) return x;
      const last = x.shape.length - 1;
      const perm = x.shape.map((_, axis) => (axis < last - 1 ? axis : 2 * last - 1 - axis));
      const result = transpose({ inputs: { x }, backend, attrs: { perm } });
      made.push(result);
      return result;
    };
    const a = turned(inputs['a'], attrs?.['transposeA']);
    const b = turned(inputs['b'], attrs?.['transposeB']);
    const output = multiply({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } });
    for (const { dataId } of made) wasm.disposeData(dataId);
    return output;
  };
}
