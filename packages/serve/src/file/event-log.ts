import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkInteger, checkOneOf, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { EventLogError } from '../errors.js';
import type { EventLog, ReadEventsOptions } from '../event-log.js';
import { checkReadOptions, DEFAULT_MAX_EVENTS } from '../read-options.js';
import { AppendQueue } from './append-queue.js';
import { dropSegments, resolvePlace } from './dropped-segments.js';
import { eraseFromSegments } from './erase-segments.js';
import { FolderWatch } from './folder-watch.js';
import { formatPosition, parsePosition, type SegmentPlace } from './log-position.js';
import { identifyLog, listSegments, segmentPath } from './segment-files.js';
import { readSegments, tailOf } from './segment-reader.js';
import { SegmentWriter } from './segment-writer.js';
import { codeOf, eventLogError } from './storage-error.js';

/** Options of `openFileEventLog`. */
export interface FileEventLogOptions {
  /** Folder of the log, on a local file system. It is created if it does not exist. */
  readonly folder: string;
  /**
   * When `append` resolves: `always`, once the disk has the events, so that they survive a power failure, unless the call says that it does not
   * wait; `never`, once the operating system has them. With both they survive when processes are killed. Default `always`.
   */
  readonly sync?: 'always' | 'never';
  /** Size in bytes from which a new file is begun; `drop` deletes whole files. Default 64 MiB. */
  readonly segmentBytes?: number;
}

const DEFAULT_SEGMENT_BYTES = 67_108_864;

/**
 * Opens an event log in a folder of files, for any number of processes of one machine. Each line of a file is an event: its checksum, its
 * length in bytes, and JSON. Calls of `append` that overlap are written together.
 * @throws {InvalidOptionError}
 * @throws {EventLogError} if the folder cannot be used.
 */
export async function openFileEventLog(options: FileEventLogOptions): Promise<EventLog> {
  checkOptionNames(options, ['folder', 'sync', 'segmentBytes']);
  const { folder: given, sync = 'always', segmentBytes = DEFAULT_SEGMENT_BYTES } = options;
  if (typeof given !== 'string' || given === '') throw new InvalidOptionError('folder', given, 'a path');
  checkOneOf('sync', sync, ['always', 'never']);
  checkInteger('segmentBytes', segmentBytes, 1);
  const folder = resolve(given);
  const explained = async <T>(doing: string, run: () => T | Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      throw eventLogError(doing, folder, error);
    }
  };

  return explained('open the event log in', async () => {
    await mkdir(folder, { recursive: true });
    const log = identifyLog(folder);
    const writer = new SegmentWriter({ folder, log, segmentBytes, isSynced: sync === 'always' });
    const watch = new FolderWatch(folder);
    const queue = new AppendQueue(writer, () => watch.notify());
    const closing = new AbortController();
    let closed: Promise<void> | undefined;

    const checkOpen = (): void => {
      if (closing.signal.aborted) throw new EventLogError(`The event log in ${folder} is closed. Open it again.`);
    };
    const placeOf = (position: string | undefined): SegmentPlace =>
      position === undefined
        ? { segment: listSegments(folder)[0] ?? 1, offset: 0 }
        : resolvePlace(folder, log, parsePosition(log, position));

    const read = async ({ after, maxEvents = DEFAULT_MAX_EVENTS, waitMs = 0, signal }: ReadEventsOptions) => {
      const deadline = performance.now() + waitMs;
      const signals = signal === undefined ? [closing.signal] : [closing.signal, signal];
      let place = placeOf(after);
      for (;;) {
        const found = await readSegments(folder, place, maxEvents);
        const { events, damaged } = found;
        place = found.place;
        const position = formatPosition(log, place);
        const leftMs = deadline - performance.now();
        const isOver = leftMs <= 0 || signals.some(({ aborted }) => aborted);
        if (events.length > 0 || damaged > 0 || isOver) return { events, position, damaged };
        const { tail } = found;
        const isChanged = (): boolean => {
          const now = tailOf(folder, tail.segment);
          return now.size !== tail.size || now.hasNext !== tail.hasNext;
        };
        await watch.wait(isChanged, leftMs, signals);
        if (signals.some(({ aborted }) => aborted)) return { events: [], position, damaged: 0 };
      }
    };

    return {
      specificationVersion: 'v1',
      async append(events, { sync: waitsForDisk = true } = {}) {
        checkOpen();
        await queue.append(events, waitsForDisk);
      },
      async read(options: ReadEventsOptions = {}) {
        checkReadOptions(options);
        checkOpen();
        return explained('read the event log in', () => read(options));
      },
      async drop(before) {
        checkOpen();
        await explained('drop events from', () => dropSegments(folder, parsePosition(log, before)));
      },
      async erase(id) {
        checkOpen();
        return explained('erase events from', () => eraseFromSegments(folder, id));
      },
      async size() {
        checkOpen();
        return explained('read', () => totalSize(folder));
      },
      close() {
        closed ??= (async () => {
          closing.abort();
          await queue.idle();
          await writer.close();
          watch.close();
        })();
        return closed;
      },
    };
  });
}

async function totalSize(folder: string): Promise<number> {
  let bytes = 0;
  for (const segment of listSegments(folder)) {
    bytes += await stat(segmentPath(folder, segment)).then(
      ({ size }) => size,
      (error) => {
        // Another process has dropped it.
        if (codeOf(error) === 'ENOENT') return 0;
        throw error;
      },
    );
  }
  return bytes;
}
