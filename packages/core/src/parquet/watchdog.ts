import { Worker } from 'node:worker_threads';

/** Milliseconds between two looks. */
const INTERVAL_MS = 50;

/** Ends this process when a piece of work takes more processor time than it may. */
export interface Watchdog {
  /** The next piece of work begins: the one before has ended. */
  begin(allowedMs: number): void;
  /** Part of it is done. */
  progress(): void;
  /** Nothing is being done. */
  rest(): void;
}

/*
 * Processor time, not time: a busy machine takes longer, but does no more work. A thread of its own, because what it watches may
 * loop forever; and the whole process ends, because what V8 cannot allocate ends the process in any case.
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

/** Starts watching this process, whose only work is what is watched. */
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
