/** What the encoder uses of `@energetic-ai/core`, which is TensorFlow.js with its WebAssembly backend. */
export interface TensorFlow {
  ready(): Promise<void>;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  reshape(tensor: Tensor, shape: [number, number]): Tensor;
  readonly fused: {
    matMul(factors: { a: Tensor; b: Tensor; bias: Tensor; activation: 'linear' | 'relu' }): Tensor;
  };
}

/** A tensor on the backend; it takes memory there until it is disposed of. */
export interface Tensor {
  readonly shape: number[];
  dataSync(): Float32Array;
  dispose(): void;
}

/** An affine map `x W + b`, followed by a rectifier where asked. */
export type Dense = (input: Float32Array, activation?: 'linear' | 'relu') => Float32Array;

/**
 * An affine map on TensorFlow.js.
 * @param kernel `[inputs, outputs]`
 * @param bias `[outputs]`
 */
export function createDense(tensorFlow: TensorFlow, kernel: Tensor, bias: Tensor): Dense {
  const [inputs, outputs] = kernel.shape.slice(-2);
  const b = tensorFlow.reshape(kernel, [inputs, outputs]);
  return (input, activation = 'linear') => {
    const a = tensorFlow.tensor2d(input, [input.length / inputs, inputs]);
    const product = tensorFlow.fused.matMul({ a, b, bias, activation });
    // A copy: what `dataSync` gives may be a view of memory that the backend uses again.
    const output = product.dataSync().slice();
    a.dispose();
    product.dispose();
    return output;
  };
}
