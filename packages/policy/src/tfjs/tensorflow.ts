import type * as tf from '@tensorflow/tfjs';

/** The functions of TensorFlow.js: the namespace that `import * as tf from '@tensorflow/tfjs'` gives. */
export type TensorFlowNamespace = typeof tf;

/** What TensorFlow.js computes with: its native library (`@tensorflow/tfjs-node`), WebAssembly, or plain JavaScript. */
export type BackendName = 'node' | 'wasm' | 'cpu';

/** A backend that is not in use. */
export interface SkippedBackend {
  readonly backend: BackendName;
  /** In words: what its loading failed with, or that another was taken. */
  readonly reason: string;
}

/** TensorFlow.js with one of its backends, loaded and ready; `loadTensorFlow` gives it. */
export interface TensorFlow {
  readonly tf: TensorFlowNamespace;
  readonly backend: BackendName;
  /** The version of TensorFlow.js. */
  readonly version: string;
  /** The other backends, and why they are not in use. */
  readonly skipped: readonly SkippedBackend[];
  /**
   * Computes on this backend, whichever one the process uses otherwise, and releases the tensors that were made
   * meanwhile, variables and `tf.keep` excepted: what it gives back is plain data.
   */
  run<Result>(compute: () => Result): Result;
}
