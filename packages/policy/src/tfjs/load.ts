import { checkOptionNames, InvalidOptionError } from '@ialp/core';
import { BackendError } from './backend-error.js';
import { BACKENDS, type BackendLoader } from './backends.js';
import { nodeProcess } from './node-shim.js';
import type { BackendName, SkippedBackend, TensorFlow, TensorFlowNamespace } from './tensorflow.js';

/** Options of `loadTensorFlow`. */
export interface LoadOptions {
  /** The backend to use. Default: the first of `node`, `wasm` and `cpu` that loads. */
  readonly backend?: BackendName;
  /** Where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served, for bundled code. Default: its own folder. */
  readonly wasmPaths?: string;
  /** Called once per process and backend with a line that says which one is in use. Default: stderr, or the console. */
  readonly log?: (line: string) => void;
}

/** Backends whose use was logged. */
const announced = new Set<BackendName>();

/**
 * Loads TensorFlow.js, an optional peer dependency of this package, with a backend: `@tensorflow/tfjs-node` if it loads, else
 * WebAssembly, else plain JavaScript.
 *
 * It also becomes the backend of the process. Networks always use the backend that they were made with.
 * @throws {InvalidOptionError}
 * @throws {BackendError} if no backend loads, or not the requested one.
 */
export function loadTensorFlow(options: LoadOptions = {}): Promise<TensorFlow> {
  return loadFrom(BACKENDS, options);
}

/** `loadTensorFlow` with other loaders, for tests. */
export async function loadFrom(loaders: readonly BackendLoader[], options: LoadOptions): Promise<TensorFlow> {
  checkOptionNames(options, ['backend', 'wasmPaths', 'log']);
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
  // A started backend is set immediately; the promise is for others.
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

/** Silences the plain backend's advice to install the native one; the backend in use is logged anyway. */
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
    // biome-ignore lint/suspicious/noConsole: outside Node there is no stderr.
    console.info(line);
  } else {
    node.stderr?.write(`${line}\n`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n', 1)[0];
}
