import { parentPort } from 'node:worker_threads';
import { loadSentenceEncoder } from './load.js';

/** Texts to embed. */
export interface TextBatch {
  /** Number of the first text. */
  readonly start: number;
  readonly texts: readonly string[];
}

/** Their vectors. */
export interface EncodedBatch {
  readonly start: number;
  /** `[texts, dimension]` */
  readonly vectors: Float32Array<ArrayBuffer>;
}

const encode = await loadSentenceEncoder();
parentPort?.on('message', ({ start, texts }: TextBatch) => {
  const vectors = encode(texts) as Float32Array<ArrayBuffer>;
  parentPort?.postMessage({ start, vectors } satisfies EncodedBatch, [vectors.buffer]);
});
