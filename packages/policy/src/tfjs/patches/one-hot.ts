import type * as tf from '@tensorflow/tfjs';
import type { Kernel, WasmBackend } from './kernel.js';

/**
 * `oneHot` for any number type. In tfjs-backend-wasm 4.22 it writes 32-bit integers for every type: with
 * `'float32'` a 1 becomes 1.4e-45, with `'bool'` it writes past the end of the output.
 */
export const oneHot: Kernel = ({ inputs, backend, attrs }) => {
  const { indices } = inputs;
  const { dtype, depth, onValue, offValue } = attrs as unknown as {
    dtype: tf.DataType;
    depth: number;
    onValue: number;
    offValue: number;
  };
  const wasm = backend as WasmBackend;
  const output = wasm.makeOutput([...indices.shape, depth], dtype);
  const values = wasm.typedArrayFromHeap(output).fill(offValue);
  wasm.typedArrayFromHeap(indices).forEach((index, place) => {
    if (index >= 0 && index < depth) values[place * depth + index] = onValue;
  });
  return output;
};
