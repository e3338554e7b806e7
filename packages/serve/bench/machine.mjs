/** What else the machine does, and how fast its disk is. */
import { closeSync, fsyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Latencies } from './latencies.mjs';

const SYNCS = 100;
const BLOCK = 4_096;

export function describeMachine(folder) {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    threads: availableParallelism(),
    fsync: timeSyncs(join(folder, 'sync-test')),
  };
}

/** Processes that ran or waited, on average of the last minute. */
export function load() {
  return Number(loadavg()[0].toFixed(1));
}

/** A decision is answered when it is durable: this is the least that takes. */
function timeSyncs(file) {
  const times = new Latencies();
  const out = openSync(file, 'w');
  for (let k = 0; k < SYNCS; k++) {
    const begun = performance.now();
    writeSync(out, Buffer.alloc(BLOCK, k));
    fsyncSync(out);
    times.record(performance.now() - begun);
  }
  closeSync(out);
  rmSync(file);
  return times.summary();
}

export function folderBytes(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, path, name }) => sum + statSync(join(parentPath ?? path, name)).size, 0);
}
