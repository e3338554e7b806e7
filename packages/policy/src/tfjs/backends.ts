import { nodeProcess, shimNodeUtil } from './node-shim.js';
import { patchWasm } from './patches/patch-wasm.js';
import type { BackendName, TensorFlowNamespace } from './tensorflow.js';

/** How to load TensorFlow.js for one backend. */
export interface BackendLoader {
  readonly backend: BackendName;
  /** The name under which TensorFlow.js registers it. */
  readonly registered: string;
  /** The packages that contain it. */
  readonly packages: string;
  /** Loads the packages. Throws their errors. */
  load(options: { readonly wasmPaths?: string | undefined }): Promise<TensorFlowNamespace>;
}

/**
 * The exports of a dynamically imported package. Node puts all exports of a CommonJS package into `default`, and only guesses the
 * named ones; a bundler provides named exports.
 */
function unwrap<Module extends object>(module: Module): Module {
  const { default: complete } = module as { default?: Module };
  return complete ?? module;
}

/**
 * Loads all of TensorFlow.js. The core package is not enough: as Node loads it, it lacks gradients and chained operations, which
 * `@tensorflow/tfjs` registers.
 */
async function loadBase(): Promise<TensorFlowNamespace> {
  return unwrap(await import('@tensorflow/tfjs'));
}

/** The backends, fastest first. */
export const BACKENDS: readonly BackendLoader[] = [
  {
    backend: 'node',
    registered: 'tensorflow',
    packages: '@tensorflow/tfjs-node',
    async load() {
      if (nodeProcess() === undefined) throw new Error('it needs Node.js');
      shimNodeUtil();
      // Hidden from bundlers, because it is native code.
      const name = '@tensorflow/tfjs-node';
      return unwrap((await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as TensorFlowNamespace);
    },
  },
  {
    backend: 'wasm',
    registered: 'wasm',
    packages: '@tensorflow/tfjs @tensorflow/tfjs-backend-wasm',
    async load({ wasmPaths }) {
      const tf = await loadBase();
      const wasm = unwrap(await import('@tensorflow/tfjs-backend-wasm'));
      // Once the module runs it is too late: TensorFlow.js throws an error.
      if (wasmPaths !== undefined && !('wasm' in tf.engine().registry)) wasm.setWasmPaths(wasmPaths);
      patchWasm(tf);
      return tf;
    },
  },
  {
    backend: 'cpu',
    registered: 'cpu',
    packages: '@tensorflow/tfjs',
    load: loadBase,
  },
];
