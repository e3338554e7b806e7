import { InvalidOptionError } from '@ialp/core';
import { NODE_SOURCE, PAGE_SOURCE } from './worker-source.js';

/** A worker thread that has been asked to start. */
export interface StartedWorker {
  terminate(): void;
}

/** How threads are started here. */
export interface Starter {
  /** Whether they begin while this thread computes. Those of a page begin when the thread that has started them is idle. */
  readonly beginsAtOnce: boolean;
  start(data: object): StartedWorker;
}

/** The used part of `node:worker_threads`, without its types, because the package also builds for browsers. */
interface NodeThreads {
  Worker: new (
    source: string,
    options: { eval: boolean; workerData: unknown; name: string },
  ) => { unref(): void; terminate(): unknown };
}

/** The used part of a page, or of a worker of a page. */
interface PageGlobals {
  readonly crossOriginIsolated?: boolean;
  readonly Worker?: new (
    url: string,
    options: { name: string },
  ) => { postMessage(data: unknown): void; terminate(): void };
  readonly URL: { createObjectURL(blob: unknown): string; revokeObjectURL(url: string): void };
  readonly Blob: new (parts: readonly string[], options: { type: string }) => unknown;
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

const NAME = 'ialp-policy';

/**
 * How to start workers with some data, in Node or in a page.
 * @throws {InvalidOptionError} where they are missing, or memory that threads share.
 */
export function workerStarter(threads: number): Starter {
  const { process, crossOriginIsolated, Worker, URL, Blob } = globalThis as unknown as PageGlobals;
  const node = process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined;
  if (node !== undefined) {
    const start = (data: object): StartedWorker => {
      const worker = new node.Worker(NODE_SOURCE, { eval: true, name: NAME, workerData: data });
      // A network that was not disposed of must not keep the process alive.
      worker.unref();
      return { terminate: () => void worker.terminate() };
    };
    return { beginsAtOnce: true, start };
  }
  if (Worker === undefined || crossOriginIsolated !== true) {
    throw new InvalidOptionError(
      'threads',
      threads,
      '1: more threads run in Node, and on pages that are cross-origin isolated (the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp)',
    );
  }
  const start = (data: object): StartedWorker => {
    const url = URL.createObjectURL(new Blob([PAGE_SOURCE], { type: 'text/javascript' }));
    const worker = new Worker(url, { name: NAME });
    worker.postMessage(data);
    return {
      terminate() {
        worker.terminate();
        URL.revokeObjectURL(url);
      },
    };
  };
  return { beginsAtOnce: false, start };
}
