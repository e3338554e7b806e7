/** The engines that are compared, and how each is started. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Child } from './child-process.mjs';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Keeps glibc from giving large tensors' memory back to the system after each operation, which costs PyTorch up to half
 * of its speed.
 */
export const KEEP_MEMORY = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '100000000000' };

/** Most numbers in a batch's scores, `batch * items`, with which a slow engine is tried: at more, a step takes it seconds. */
const MOST_SCORES = { 'tfjs-cpu': 32 * 300, 'tfjs-wasm-published': 256 * 20_000 };

function javascript(key, threads) {
  return {
    key,
    threads,
    mostScores: MOST_SCORES[key] ?? Number.POSITIVE_INFINITY,
    start: () => new Child(process.execPath, [file('javascript-peer.mjs'), key]),
  };
}

/** The Python of the peers. */
export function python() {
  return process.env.PYTHON || 'python3';
}

function pytorch(threads) {
  return {
    key: 'pytorch',
    threads,
    mostScores: Number.POSITIVE_INFINITY,
    start: () => new Child(python(), [file('pytorch_peer.py')], KEEP_MEMORY),
  };
}

/** Names of engines, in the order of the table: the first that runs is what others must agree with. */
export const ENGINE_KEYS = [
  'built-in',
  'native',
  'pytorch',
  'tfjs-node',
  'tfjs-wasm',
  'tfjs-wasm-published',
  'tfjs-cpu',
];

/** Those that run on the number of threads that they are given; TensorFlow.js takes its own. */
const THREADED = new Set(['built-in', 'native', 'pytorch']);

/** `threads`, or if that is empty one and all of this machine's. */
export function threadCounts(threads) {
  return threads.length > 0 ? threads : [...new Set([1, availableParallelism()])];
}

/**
 * Each engine with one thread and, where it has any, with all of this machine's.
 * @param flags `engines`: names of `ENGINE_KEYS`, all if empty; `threads`: numbers of threads instead
 */
export function listEngines({ engines, threads }) {
  const counts = threadCounts(threads);
  return ENGINE_KEYS.filter((key) => engines.length === 0 || engines.includes(key)).flatMap((key) => {
    if (!THREADED.has(key)) return [javascript(key, key === 'tfjs-node' ? availableParallelism() : 1)];
    return counts.map((count) => (key === 'pytorch' ? pytorch(count) : javascript(key, count)));
  });
}
