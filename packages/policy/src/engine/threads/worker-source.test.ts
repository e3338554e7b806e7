/** A worker of its own, without a pool that waits for it: what does not end fails a test here, and does not stop the run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { describeBuilds } from '../../test-support/builds.js';
import { Arena } from '../arena.js';
import { loadKernels } from '../kernels.js';
import { COMMANDS, DONE, FAILED, GO, PAGE_SOURCE, PAGES, STATE } from './worker-source.js';

const PAGE = 65536;
/** Values of `progress`. */
const READS = 1;
const HAS_READ = 2;

/** Reads the data of a worker from a port, which says when it begins to and when it has done so. */
const SOURCE = `
const { receiveMessageOnPort, workerData: { port, progress } } = require('node:worker_threads');
let onmessage;
${PAGE_SOURCE}
Atomics.store(progress, 0, ${READS});
const data = receiveMessageOnPort(port).message;
Atomics.store(progress, 0, ${HAS_READ});
onmessage({ data });
`;

describeBuilds((build) => {
  describe('a worker', () => {
    let worker: Worker | undefined;
    afterEach(() => worker?.terminate());

    /** Starts one that clears the last 16 floats of `pages` as soon as it is told to. `before` is read before the memory is. */
    function start(arena: Arena, pages: number, before: unknown) {
      const { names, source } = loadKernels(build, arena, true);
      const state = new Int32Array(new SharedArrayBuffer(8));
      const commands = new Float64Array(new SharedArrayBuffer(8 * COMMANDS));
      commands.set([names.indexOf('clear'), 2, pages * PAGE - 64, 16, -1]);
      const progress = new Int32Array(new SharedArrayBuffer(4));
      const { port1, port2 } = new MessageChannel();
      port1.postMessage({ before, source, memory: arena.memory, names, state, commands });
      worker = new Worker(SOURCE, { eval: true, workerData: { port: port2, progress }, transferList: [port2] });
      return { state, progress };
    }

    function go(state: Int32Array, pages: number): void {
      Atomics.store(state, PAGES, pages);
      Atomics.store(state, STATE, GO);
      Atomics.notify(state, STATE);
    }

    function reaches(array: Int32Array, isReached: (value: number) => boolean) {
      return expect.poll(() => isReached(Atomics.load(array, 0)), { timeout: 15_000, interval: 1 }).toBe(true);
    }

    const hasEnded = (value: number): boolean => value !== GO;

    test('sees memory that has grown while it received it', { timeout: 60_000 }, async () => {
      const arena = new Arena(true);
      // The worker takes long to read this, after it has noted the size of the memory and before the engine tells it of growth.
      const slow = Array.from({ length: 300_000 }, (_, index) => ({ index }));
      const { state, progress } = start(arena, 10, slow);
      await reaches(progress, (value) => value >= READS);
      await sleep(10);
      arena.allocate(9 * PAGE);
      expect(arena.memory.buffer.byteLength).toBe(10 * PAGE);
      const end = arena.floats(10 * PAGE - 64, 16).fill(1);
      await reaches(progress, (value) => value === HAS_READ);
      go(state, 10);
      await reaches(state, hasEnded);
      expect(Atomics.load(state, STATE)).toBe(DONE);
      expect(end.every((value) => value === 0)).toBe(true);
    });

    test('fails where the memory does not grow, and does not wait for ever', { timeout: 60_000 }, async () => {
      const { state } = start(new Arena(true), 1, undefined);
      go(state, 2);
      await reaches(state, hasEnded);
      expect(Atomics.load(state, STATE)).toBe(FAILED);
    });
  });
});
