/**
 * The place of the first number that is not finite; -1 if all are. A number in single precision is not finite where all bits of its exponent are
 * set: adding 1 to the exponent then sets the sign of the integer. Four at once, as this reads all weights of a network that serves users.
 */
export function indexOfNonFinite(data: Float32Array): number {
  // The bits of the exponent, and its lowest bit: local, since reading them from the module would double the time.
  const [exponent, unit] = [0x7f800000, 0x00800000];
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
  const whole = bits.length - (bits.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    a |= (bits[k] & exponent) + unit;
    b |= (bits[k + 1] & exponent) + unit;
    c |= (bits[k + 2] & exponent) + unit;
    d |= (bits[k + 3] & exponent) + unit;
  }
  const areFinite = (a | b | c | d) >= 0 && data.subarray(whole).every((value) => Number.isFinite(value));
  return areFinite ? -1 : data.findIndex((value) => !Number.isFinite(value));
}
