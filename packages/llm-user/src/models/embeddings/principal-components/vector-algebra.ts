/** The product of two vectors of one length. */
export function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += one[k] * other[k];
  return sum;
}

/** A vector's length, as `Math.hypot` computes it, which takes no more than some 100,000 numbers: with compensated summation. */
export function norm(vector: Float64Array): number {
  let greatest = 0;
  for (let k = 0; k < vector.length; k++) greatest = Math.max(greatest, Math.abs(vector[k]));
  if (greatest === 0) return 0;
  let [sum, compensation] = [0, 0];
  for (let k = 0; k < vector.length; k++) {
    const share = vector[k] / greatest;
    const term = share * share - compensation;
    const next = sum + term;
    compensation = next - sum - term;
    sum = next;
  }
  return Math.sqrt(sum) * greatest;
}

/** Subtracts from a vector its parts along orthonormal ones (Gram-Schmidt, twice). @returns the length that is left */
export function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): number {
  for (let pass = 0; pass < 2; pass++) {
    for (const other of basis) {
      const along = dot(vector, other);
      for (let k = 0; k < vector.length; k++) vector[k] -= along * other[k];
    }
  }
  return norm(vector);
}

/** Adds vectors of length 1 near the axes to orthonormal ones until there are `count`, which is at most `dimension`. */
export function completeBasis(basis: readonly Float64Array[], count: number, dimension: number): Float64Array[] {
  const complete = [...basis];
  for (let axis = 0; complete.length < count; axis = (axis + 1) % dimension) {
    const vector = new Float64Array(dimension);
    vector[axis] = 1;
    const length = orthogonalise(vector, complete);
    // What is left of some axis is at least as long as on average.
    if (length < 0.5 * Math.sqrt((dimension - complete.length) / dimension)) continue;
    complete.push(vector.map((value) => value / length));
  }
  return complete;
}
