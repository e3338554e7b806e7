/** Inputs added to the normal equations together: fewer loads and stores of the matrix take half the time. */
export const BLOCK = 4;

/**
 * Adds the outer products of four inputs to the lower half of `matrix` (and to some cells above it, which are not read), and inputs
 * times outputs to `vector`. Two rows of the matrix share the inputs that they load.
 */
export function addBlock(
  matrix: Float64Array,
  vector: Float64Array,
  inputs: Float64Array,
  outputs: Float64Array,
  width: number,
): void {
  const output0 = outputs[0];
  const output1 = outputs[1];
  const output2 = outputs[2];
  const output3 = outputs[3];
  for (let i = 0; i < width; i += 2) {
    const a0 = inputs[i];
    const a1 = inputs[width + i];
    const a2 = inputs[2 * width + i];
    const a3 = inputs[3 * width + i];
    const b0 = inputs[i + 1];
    const b1 = inputs[width + i + 1];
    const b2 = inputs[2 * width + i + 1];
    const b3 = inputs[3 * width + i + 1];
    vector[i] += a0 * output0 + a1 * output1 + a2 * output2 + a3 * output3;
    vector[i + 1] += b0 * output0 + b1 * output1 + b2 * output2 + b3 * output3;
    const row = i * width;
    for (let j = 0; j <= i + 1; j++) {
      const c0 = inputs[j];
      const c1 = inputs[width + j];
      const c2 = inputs[2 * width + j];
      const c3 = inputs[3 * width + j];
      matrix[row + j] += a0 * c0 + a1 * c1 + a2 * c2 + a3 * c3;
      matrix[row + width + j] += b0 * c0 + b1 * c1 + b2 * c2 + b3 * c3;
    }
  }
}
