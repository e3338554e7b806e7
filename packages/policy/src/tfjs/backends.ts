import { nodeProcess, shimNodeUtil } from './node-shim.js';
import { patchWasm } from './patches/patch-wasm.js';
import type { BackendName, TensorFlowNamespace } from './tensorflow.js';

/** How to load TensorFlow.js for one backend. */
export interface BackendLoader {
  readonly backend: BackendName;
  /** The name under which TensorFlow.js registers it. */
  readonly registered: string;
  /** The packages that bring it. */
  readonly packages: string;
  /** Loads the packages. Throws whatever they throw. */
  load(options: { readonly wasmPaths?: string | undefined }): Promise<TensorFlowNamespace>;
}

/**
 * The functions of a package that was loaded dynamically. Node gives those of a CommonJS package as `default`, complete;
 * its list of named exports is a guess. A bundler gives the names themselves.
 */
function unwrap<Module extends object>(module: Module): Module {
  const { default: complete } = module as { default?: Module };
  return complete ?? module;
}

/**
 * TensorFlow.js as a whole. Its core alone will not do: as Node loads it, it comes without gradients and without the
 * chained operations; `@tensorflow/tfjs` registers both.
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
      // Out of the sight of bundlers: it is native code.
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
      // Once the module runs it is too late, and TensorFlow.js says so with an error.
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
