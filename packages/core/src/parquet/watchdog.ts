import { Worker } from 'node:worker_threads';

/** Milliseconds between two checks. */
const INTERVAL_MS = 50;

/** Kills this process if a task exceeds its processor time. */
export interface Watchdog {
  /** Starts the time of the next task. */
  begin(allowedMs: number): void;
  /** Restarts the time after partial progress. */
  progress(): void;
  /** Pauses the watchdog. */
  rest(): void;
}

/*
 * Measures processor time: a busy machine takes longer, but does not do more work. It runs in its own thread, because the
 * decoder may loop forever, and kills the whole process, as V8 does if memory is exhausted.
 */
const SOURCE = `
const { workerData: { shared, intervalMs } } = require('node:worker_threads');
const cells = new Int32Array(shared);
const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
let step = -1;
let since = 0;
setInterval(() => {
  const now = spent();
  const current = Atomics.load(cells, 0);
  if (current !== step) { step = current; since = now; return; }
  const allowed = Atomics.load(cells, 1);
  if (allowed > 0 && now - since > allowed) process.kill(process.pid, 'SIGKILL');
}, intervalMs);
`;

/** Starts a watchdog for this process, which does nothing but decode. */
export function startWatchdog(): Watchdog {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const cells = new Int32Array(shared);
  new Worker(SOURCE, { eval: true, workerData: { shared, intervalMs: INTERVAL_MS } }).unref();
  return {
    begin(allowedMs) {
      Atomics.store(cells, 1, Math.max(1, Math.min(2 ** 31 - 1, Math.ceil(allowedMs))));
      Atomics.add(cells, 0, 1);
    },
    progress: () => void Atomics.add(cells, 0, 1),
    rest: () => void Atomics.store(cells, 1, 0),
  };
}
