import { InvalidOptionError } from '@ialp/core';
import { BackendError } from './backend-error.js';
import { BACKENDS, type BackendLoader } from './backends.js';
import { nodeProcess } from './node-shim.js';
import type { BackendName, SkippedBackend, TensorFlow, TensorFlowNamespace } from './tensorflow.js';

/** Options of `loadTensorFlow`. */
export interface LoadOptions {
  /** This backend and no other. Default: the fastest that loads, of `node`, `wasm`, `cpu` in this order. */
  readonly backend?: BackendName;
  /** Where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served, for bundled code. Default: its own folder. */
  readonly wasmPaths?: string;
  /** Takes one line of text, once per process and backend: which one is in use. Default: stderr, or the console. */
  readonly log?: (line: string) => void;
}

/** Backends whose use was logged. */
const announced = new Set<BackendName>();

/**
 * Loads TensorFlow.js, an optional peer of this package, and makes a backend ready: `@tensorflow/tfjs-node` where it
 * loads, else WebAssembly, else plain JavaScript.
 *
 * It becomes the backend of the process, too. Networks keep to the one that they were made with.
 * @throws {InvalidOptionError}
 * @throws {BackendError} where none loads, or not the one that `backend` names.
 */
export function loadTensorFlow(options: LoadOptions = {}): Promise<TensorFlow> {
  return loadFrom(BACKENDS, options);
}

/** `loadTensorFlow` with other loaders: for tests. */
export async function loadFrom(loaders: readonly BackendLoader[], options: LoadOptions): Promise<TensorFlow> {
  const { backend: asked, wasmPaths, log = logLine } = options;
  const wanted = loaders.filter(({ backend }) => asked === undefined || backend === asked);
  if (wanted.length === 0) {
    throw new InvalidOptionError('backend', asked, loaders.map(({ backend }) => `'${backend}'`).join(' or '));
  }
  const skipped: SkippedBackend[] = [];
  const skip = (backend: BackendName, reason: string): void => {
    skipped.push({ backend, reason });
  };
  if (asked !== undefined) {
    for (const { backend } of loaders) if (backend !== asked) skip(backend, `'${asked}' was asked for`);
  }
  for (const [place, { backend, registered, load }] of wanted.entries()) {
    let tf: TensorFlowNamespace;
    try {
      tf = await load({ wasmPaths });
      if (!(await tf.setBackend(registered))) throw new Error('it did not start');
    } catch (error) {
      skip(backend, firstLine(error));
      continue;
    }
    for (const slower of wanted.slice(place + 1)) skip(slower.backend, `'${backend}' is faster`);
    if (backend === 'cpu') silenceAdvice(tf);
    announce(log, backend, tf.version_core, skipped);
    return { tf, backend, version: tf.version_core, skipped, run: (compute) => runOn(tf, registered, compute) };
  }
  const what = asked === undefined ? 'a backend of TensorFlow.js' : `TensorFlow.js with its backend '${asked}'`;
  throw new BackendError(what, wanted[wanted.length - 1].packages, skipped);
}

function runOn<Result>(tf: TensorFlowNamespace, registered: string, compute: () => Result): Result {
  const before = tf.getBackend();
  // A backend that has started is set at once; the promise is for those that have not.
  if (before !== registered) void tf.setBackend(registered);
  try {
    let result: Result | undefined;
    tf.tidy(() => {
      result = compute();
    });
    return result as Result;
  } finally {
    if (before !== registered) void tf.setBackend(before);
  }
}

/** The plain backend tells every Node process to install the native one; what is in use is logged already. */
function silenceAdvice(tf: TensorFlowNamespace): void {
  const backend: object = tf.backend();
  if ('firstUse' in backend) backend.firstUse = false;
}

function announce(
  log: (line: string) => void,
  backend: BackendName,
  version: string,
  skipped: readonly SkippedBackend[],
): void {
  if (announced.has(backend)) return;
  announced.add(backend);
  const others = skipped.map((other) => `${other.backend}: ${other.reason}`).join('; ');
  log(`@ialp/policy: TensorFlow.js ${version} computes on '${backend}' (${others})`);
}

function logLine(line: string): void {
  const node = nodeProcess();
  if (node === undefined) {
    // biome-ignore lint/suspicious/noConsole: outside of Node there is no stderr.
    console.info(line);
  } else {
    node.stderr?.write(`${line}\n`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n', 1)[0];
}
