/** Added to the variance, as the model was trained. */
const EPSILON = 1e-6;

/** Layer normalisation (Ba et al. 2016) of each row of `[rows, width]`. */
export function layerNorm(rows: Float32Array, scale: Float32Array, shift: Float32Array): Float32Array {
  const width = scale.length;
  const out = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += width) {
    let mean = 0;
    for (let k = 0; k < width; k++) mean += rows[start + k];
    mean /= width;
    let variance = 0;
    for (let k = 0; k < width; k++) variance += (rows[start + k] - mean) ** 2;
    const inverse = 1 / Math.sqrt(variance / width + EPSILON);
    for (let k = 0; k < width; k++) out[start + k] = (rows[start + k] - mean) * inverse * scale[k] + shift[k];
  }
  return out;
}
