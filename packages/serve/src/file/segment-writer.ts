import {
  close,
  constants,
  existsSync,
  fdatasync,
  fstatSync,
  openSync,
  read,
  statSync,
  write,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { EventLogError } from '../errors.js';
import { sealPlace } from './control-lines.js';
import { createSegment, listSegments, sealSegment, segmentPath, syncFolder } from './segment-files.js';
import { codeOf } from './storage-error.js';

const closeFile = promisify(close);
const syncFile = promisify(fdatasync);
/** Resolves to the number of bytes written or read. */
const writeInBackground = (file: number, bytes: Buffer): Promise<number> =>
  new Promise((resolve, reject) =>
    write(file, bytes, 0, bytes.length, null, (error, count) => (error === null ? resolve(count) : reject(error))),
  );
const readBytes = (file: number, bytes: Buffer, position: number): Promise<number> =>
  new Promise((resolve, reject) =>
    read(file, bytes, 0, bytes.length, position, (error, count) => (error === null ? resolve(count) : reject(error))),
  );

const SLOW_WRITE_MS = 10;
/** How long writes happen in the background after a slow one. */
const BACKGROUND_MS = 10_000;

/** How a `SegmentWriter` writes. */
export interface SegmentWriterOptions {
  readonly folder: string;
  /** Id of the log. */
  readonly log: string;
  /** Size in bytes from which a new segment is begun. */
  readonly segmentBytes: number;
  /** Whether to wait for the disk. */
  readonly isSynced: boolean;
  /** A write that takes longer shows that the system makes writers wait for the disk. Default: 10 ms. */
  readonly slowWriteMs?: number;
}

/** The segment that is written to. */
interface Current {
  readonly segment: number;
  readonly path: string;
  readonly file: number;
  readonly inode: bigint;
  /** Bytes that were there when the segment was known to be open. */
  open: number;
}

/**
 * Appends groups of lines to the newest segment, together with other processes. The file is opened for appending, so that the system gives each
 * group a place of its own after all others; this needs a local file system. When a segment is full, any process creates the next one and then
 * seals the full one. Lines behind a seal are not read, so a process that has written behind it writes again, into the next segment.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #current: Current | undefined;
  /** Whether something was written that the disk may not have, and the wait for it. */
  #isUnsynced = false;
  #syncing: Promise<void> = Promise.resolve();
  /** Why the disk may lack what was appended to a file that is closed. */
  #failure: unknown;
  /**
   * Newest segment that is not written to any more: those from before this process, since a power failure may have cut them to less than what
   * was read of them, and those that have failed.
   */
  #closed: number;
  /** Until when writes happen in the background. */
  #backgroundUntil = 0;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#closed = listSegments(options.folder).at(-1) ?? 0;
  }

  /** Path of what is written to, for messages. */
  get path(): string {
    return this.#current?.path ?? this.#options.folder;
  }

  /**
   * Appends a group. Calls must not overlap.
   * @returns how many bytes of it are stored: fewer than it has if the disk is full. What comes behind has to be written again, from the beginning
   *   of a line.
   */
  async append(group: Buffer): Promise<number> {
    for (;;) {
      this.#current ??= await this.#begin();
      const current = this.#current;
      try {
        const count = await this.#write(current.file, group);
        this.#isUnsynced = true;
        const isStored = await this.#isStored(current, group.subarray(0, count));
        if (existsSync(segmentPath(this.#options.folder, current.segment + 1))) await this.close();
        if (isStored) return count;
      } catch (error) {
        await this.close();
        // On a full disk the segment goes on when there is space. Otherwise nobody knows what is stored in it.
        if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') this.#closed = current.segment;
        throw error;
      }
    }
  }

  /** Waits until the disk has what was appended, if the log cares for that. May overlap with `append`. */
  async sync(): Promise<void> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    const current = this.#current;
    if (current !== undefined && this.#options.isSynced && this.#isUnsynced) {
      this.#isUnsynced = false;
      this.#syncing = syncFile(current.file);
    }
    try {
      await this.#syncing;
    } catch (error) {
      // Nobody knows what is stored in it.
      if (current !== undefined) this.#closed = Math.max(this.#closed, current.segment);
      throw error;
    }
  }

  /** Closes the file, once the disk has what was appended. */
  async close(): Promise<void> {
    const file = this.#current?.file;
    if (file === undefined) return;
    await this.sync().catch((error: unknown) => {
      this.#failure = error;
    });
    this.#current = undefined;
    await closeFile(file).catch(() => undefined);
  }

  /**
   * Writes bytes; returns how many. The system only copies them, which takes a fifth of the time of asking another thread to do it; where it makes
   * writers wait for the disk, another thread waits.
   */
  #write(file: number, bytes: Buffer): number | Promise<number> {
    const begun = performance.now();
    if (begun < this.#backgroundUntil) return writeInBackground(file, bytes);
    const count = writeSync(file, bytes);
    const ended = performance.now();
    if (ended - begun > (this.#options.slowWriteMs ?? SLOW_WRITE_MS)) this.#backgroundUntil = ended + BACKGROUND_MS;
    return count;
  }

  /** Whether a group that was just written will be read. Begins a new segment if this one is full. */
  async #isStored(current: Current, group: Buffer): Promise<boolean> {
    const { folder, segmentBytes } = this.#options;
    const next = current.segment + 1;
    // In this order: while the next segment does not exist, nobody has sealed this one, and what is in it will be read.
    const found = statSync(current.path, { bigint: true, throwIfNoEntry: false });
    if (!existsSync(segmentPath(folder, next))) {
      if (found?.ino !== current.inode) {
        throw new EventLogError(
          `${current.path} was removed or replaced while it was written to, so events may be lost. Restore the folder; the next append goes on in a new file.`,
        );
      }
      current.open = Number(found.size);
      if (current.open >= segmentBytes) this.#rotate(current.segment);
      return true;
    }
    return this.#isBeforeSeal(current, group);
  }

  /** Looks up whether a group stands before the seal. If another one is the same, byte for byte, it makes no difference which of them is read. */
  async #isBeforeSeal(current: Current, group: Buffer): Promise<boolean> {
    for (;;) {
      const bytes = Buffer.alloc(fstatSync(current.file).size - current.open);
      const count = await readBytes(current.file, bytes, current.open);
      const seal = sealPlace(bytes.subarray(0, count));
      if (seal !== -1) {
        const place = bytes.indexOf(group);
        return place !== -1 && place < seal;
      }
      sealSegment(this.#options.folder, current.segment);
    }
  }

  /** Begins the segment after a full one. If that fails, the full one goes on. */
  #rotate(segment: number): void {
    const { folder, log } = this.#options;
    try {
      createSegment(folder, log, segment + 1);
      sealSegment(folder, segment);
    } catch {
      // Tried again with the next group.
    }
  }

  async #begin(): Promise<Current> {
    const { folder, log, isSynced } = this.#options;
    const newest = listSegments(folder).at(-1) ?? 0;
    let segment = newest;
    if (newest <= this.#closed) {
      segment = this.#closed + 1;
      createSegment(folder, log, segment);
      if (newest > 0) sealSegment(folder, newest);
    }
    if (isSynced) await syncFolder(folder);
    const path = segmentPath(folder, segment);
    const file = openSync(path, constants.O_RDWR | constants.O_APPEND);
    return { segment, path, file, inode: fstatSync(file, { bigint: true }).ino, open: 0 };
  }
}
