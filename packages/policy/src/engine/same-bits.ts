/** The used part of Node's `Buffer`, without its types, because the package also builds for browsers. */
interface NativeComparison {
  compare(a: Uint8Array, b: Uint8Array): number;
}

/** Whether two arrays of the same length hold the same bits: 0 and -0 differ, and NaN equals itself. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  // A third of the time of a loop: 1.5 instead of 4.5 ms for 10 MB.
  if (native() !== undefined) return sameBytes(bytesOf(a), bytesOf(b));
  const [x, y] = [a, b].map((each) => new Int32Array(each.buffer, each.byteOffset, each.length));
  for (let k = 0; k < x.length; k++) if (x[k] !== y[k]) return false;
  return true;
}

/** Whether two arrays hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const comparison = native();
  return comparison === undefined ? a.every((byte, k) => byte === b[k]) : comparison.compare(a, b) === 0;
}

function native(): NativeComparison | undefined {
  return (globalThis as { Buffer?: NativeComparison }).Buffer;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
