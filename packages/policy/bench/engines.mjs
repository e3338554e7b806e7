/** The engines that are compared, and how each is started. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Child } from './child-process.mjs';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Keeps glibc from giving large tensors' memory back to the system after each operation, which costs PyTorch up to half
 * of its speed.
 */
const KEEP_MEMORY = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '100000000000' };

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

function pytorch(threads) {
  const python = process.env.PYTHON || 'python3';
  return {
    key: 'pytorch',
    threads,
    mostScores: Number.POSITIVE_INFINITY,
    start: () => new Child(python, [file('pytorch_peer.py')], KEEP_MEMORY),
  };
}

/** Each engine with one thread and, where it has any, with all of this machine's. The first is what others must agree with. */
export function listEngines() {
  const all = availableParallelism();
  const counts = all > 1 ? [1, all] : [1];
  return [
    ...counts.map((threads) => javascript('built-in', threads)),
    ...counts.map((threads) => pytorch(threads)),
    javascript('tfjs-node', all),
    javascript('tfjs-wasm', 1),
    javascript('tfjs-wasm-published', 1),
    javascript('tfjs-cpu', 1),
  ];
}
