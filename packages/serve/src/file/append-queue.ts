import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { ServeEvent } from '../events.js';
import { encodeLine, type Sign } from './line-format.js';
import type { SegmentWriter } from './segment-writer.js';
import { eventLogError } from './storage-error.js';

/** Bytes that are written at once. */
const GROUP_BYTES = 4_194_304;
/** Least time between the beginnings of two waits for the disk: many calls then wait for it together, and each waits little longer. */
const SYNC_INTERVAL_MS = 2;

/** A call of `append` that is not stored yet. */
interface Call {
  readonly lines: Buffer;
  /** Whether it waits for the disk. */
  readonly isSynced: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

/** Writes the calls of `append` in their order. Calls that come while others are written are written together. */
export class AppendQueue {
  readonly #writer: SegmentWriter;
  readonly #onStored: () => void;
  #waiting: Call[] = [];
  /** Calls that are written, and wait for the disk. */
  #written: Call[] = [];
  #running: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  /** When the last wait for the disk began. */
  #synced = Number.NEGATIVE_INFINITY;

  /** @param onStored called after events were stored. */
  constructor(writer: SegmentWriter, onStored: () => void) {
    this.#writer = writer;
    this.#onStored = onStored;
  }

  /** Resolves once the events are stored. @throws {EventLogError} */
  append(events: readonly ServeEvent[], isSynced: boolean): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    const encoded = events.map((event, k) => encodeLine(JSON.stringify(event), signOf(k, events.length)));
    const lines = encoded.length === 1 ? encoded[0] : Buffer.concat(encoded);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, isSynced, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    await this.#running;
    await this.#syncing;
  }

  async #run(): Promise<void> {
    // Calls of the same turn of the event loop, such as of all requests that have come meanwhile, are written together.
    await setImmediate();
    while (this.#waiting.length > 0)
      await this.#write(this.#waiting.splice(0, Math.max(1, callsWithin(this.#waiting, GROUP_BYTES))));
    this.#running = undefined;
  }

  async #write(calls: readonly Call[]): Promise<void> {
    let left = calls;
    while (left.length > 0) {
      // The empty line ends what a killed writer may have left.
      const group = Buffer.concat([Buffer.from('\n'), ...left.map(({ lines }) => lines)]);
      let count: number;
      try {
        count = await this.#writer.append(group);
      } catch (cause) {
        const error = eventLogError('append to', this.#writer.path, cause);
        for (const { reject } of left) reject(error);
        // The calls before them, which are written, still wait for the disk.
        break;
      }
      // A line without its newline is whole: the next group ends it.
      const stored = callsWithin(left, count);
      this.#onStored();
      for (const call of left.slice(0, stored)) {
        if (call.isSynced) this.#written.push(call);
        else call.resolve();
      }
      left = left.slice(stored);
    }
    if (this.#written.length > 0) this.#syncing ??= this.#sync();
  }

  /** Waits for the disk, while other calls are written. */
  async #sync(): Promise<void> {
    while (this.#written.length > 0) {
      const pause = this.#synced + SYNC_INTERVAL_MS - performance.now();
      if (pause > 0) await sleep(pause);
      this.#synced = performance.now();
      const calls = this.#written.splice(0);
      try {
        await this.#writer.sync();
      } catch (cause) {
        const error = eventLogError('append to', this.#writer.path, cause);
        for (const { reject } of calls) reject(error);
        continue;
      }
      for (const { resolve } of calls) resolve();
    }
    this.#syncing = undefined;
  }
}

function signOf(index: number, count: number): Sign {
  if (count === 1) return '';
  if (index === 0) return '<';
  return index === count - 1 ? '>' : '=';
}

/** How many of the first calls have no more than some bytes together, where the newlines in front and at the end do not count. */
function callsWithin(calls: readonly Call[], bytes: number): number {
  let count = 0;
  for (let end = 0; count < calls.length; count++) {
    end += calls[count].lines.length;
    if (end > bytes) break;
  }
  return count;
}
