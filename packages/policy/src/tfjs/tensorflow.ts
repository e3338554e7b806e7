import type * as tf from '@tensorflow/tfjs';

/** The functions of TensorFlow.js: the namespace of `import * as tf from '@tensorflow/tfjs'`. */
export type TensorFlowNamespace = typeof tf;

/** Backend of TensorFlow.js: the native library (`@tensorflow/tfjs-node`), WebAssembly, or plain JavaScript. */
export type BackendName = 'node' | 'wasm' | 'cpu';

/** A backend that is not in use. */
export interface SkippedBackend {
  readonly backend: BackendName;
  /** Why, in words: the error of loading it, or that another backend is in use. */
  readonly reason: string;
}

/** TensorFlow.js with one of its backends, loaded and ready, from `loadTensorFlow`. */
export interface TensorFlow {
  readonly tf: TensorFlowNamespace;
  readonly backend: BackendName;
  /** The version of TensorFlow.js. */
  readonly version: string;
  /** The other backends, and why they are not in use. */
  readonly skipped: readonly SkippedBackend[];
  /**
   * Computes on this backend, whatever backend the process uses, and releases the tensors made meanwhile, except variables and
   * those of `tf.keep`. Return plain data.
   */
  run<Result>(compute: () => Result): Result;
}
