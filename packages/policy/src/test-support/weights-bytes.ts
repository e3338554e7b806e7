import type { Weights } from '../network.js';
import { encodeWeights } from '../persistence/weights/encode.js';

/** Some weights, with names and shapes of all sorts. */
export const WEIGHTS: Weights = {
  'actor.weight': { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3.25, -0, 1e-45) },
  '10': { shape: [], data: Float32Array.of(-7) },
  empty: { shape: [0, 4], data: new Float32Array(0) },
};

/** A file's header, parsed, and its data section. */
export interface Parts {
  // Whatever a test plants there.
  // biome-ignore lint/suspicious/noExplicitAny: a header with a fault is of no type.
  readonly header: Record<string, any>;
  readonly data: Uint8Array;
}

export function partsOf(bytes: Uint8Array): Parts {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { header, data: bytes.slice(8 + length) };
}

/** A file of a header's text and a data section, as they are. */
export function fileOf(header: string | Uint8Array, data: Uint8Array): Uint8Array {
  const encoded = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + encoded.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  bytes.set(data, 8 + encoded.length);
  return bytes;
}

/** A file such as other libraries make: the same header without metadata, changed by a test. */
export async function plainFile(change: (parts: Parts) => void = () => {}, weights = WEIGHTS): Promise<Uint8Array> {
  const parts = partsOf(await encodeWeights(weights));
  delete parts.header['__metadata__'];
  change(parts);
  return fileOf(JSON.stringify(parts.header), parts.data);
}

/** The bits of all weights, by name: -0 is not 0 then. */
export function bitsOf(weights: Weights): unknown {
  return Object.entries(weights)
    .map(([name, { shape, data }]) => [name, [...shape], [...new Uint32Array(Float32Array.from(data).buffer)]] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
