import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@ialp/core/files';
import { EventLogError } from '../errors.js';
import { reasonOf } from './connection.js';
import { formatEntry, parseEntries, type SpoolEntry } from './spool-lines.js';
import { lockSpool } from './spool-lock.js';

/** How far the events of this process are in the stream: all that it sent before the spool are at or before this message. */
export interface SpoolMark {
  readonly identity: string;
  readonly sequence: number;
}

/** Where the first entry stands that was not delivered. */
interface Head {
  readonly segment: number;
  readonly offset: number;
  readonly mark?: SpoolMark;
}

interface Write {
  readonly lines: Buffer;
  readonly count: number;
  resolve(): void;
  reject(error: Error): void;
}

/** A segment that is larger is not written to any more. It is removed once it is delivered. */
const SEGMENT_BYTES = 4 * 2 ** 20;
/** Read at once; more than most batches need. */
const CHUNK_BYTES = 2 ** 20;
const SEGMENT = /^(\d{10})\.spool$/;

/**
 * A queue of events on disk, for one process. An entry is a line with a checksum; lines are written to numbered segments, each of which is removed once it is
 * delivered. A line that was cut off by the end of a process was never acknowledged, and is ignored.
 */
export class Spool {
  /** Entries that wait, and their bytes. */
  count = 0;
  bytes = 0;
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #unlock: () => Promise<void>;
  #head: Head;
  #writing: { readonly segment: number; readonly file: FileHandle; size: number } | undefined;
  #nextSegment: number;
  #queue: Write[] = [];
  #writer: Promise<void> | undefined;
  /** The position after each entry of the last `peek`. */
  #ends: Head[] = [];
  #isClosed = false;

  private constructor(folder: string, maxBytes: number, head: Head, nextSegment: number, unlock: () => Promise<void>) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#head = head;
    this.#nextSegment = nextSegment;
    this.#unlock = unlock;
  }

  /** Opens a spool with what a process before left in it. @throws {EventLogError} if the folder cannot be used. */
  static async open(folder: string, maxBytes: number): Promise<Spool> {
    let unlock: (() => Promise<void>) | undefined;
    try {
      await makeFolder(folder);
      unlock = await lockSpool(join(folder, 'lock'));
      const segments = await segmentsIn(folder);
      const head = await readHead(folder, segments);
      const spool = new Spool(folder, maxBytes, head, (segments.at(-1) ?? head.segment) + 1, unlock);
      for (const segment of segments) {
        if (segment < head.segment) await rm(spool.#path(segment), { force: true });
      }
      await spool.#countEntries();
      return spool;
    } catch (cause) {
      await unlock?.();
      if (cause instanceof EventLogError) throw cause;
      throw new EventLogError(`spool.folder: ${folder} cannot be used (${reasonOf(cause)}).`, { cause });
    }
  }

  /** Where the events stand that this process sent before; undefined if it is not known. */
  get mark(): SpoolMark | undefined {
    return this.#head.mark;
  }

  /** Appends entries; resolves once they are on disk. @throws {EventLogError} if the spool is full, or cannot be written. */
  append(entries: readonly SpoolEntry[]): Promise<void> {
    const lines = Buffer.concat(entries.map(formatEntry));
    if (this.#isClosed) return Promise.reject(new EventLogError('append: the event log is closed.'));
    if (this.bytes + lines.length > this.#maxBytes) {
      const state = `${this.count} events (${this.bytes} of ${this.#maxBytes} bytes) wait for NATS`;
      return Promise.reject(
        new EventLogError(`append: the spool is full: ${state}. Bring NATS back, or increase spool.maxBytes.`),
      );
    }
    this.count += entries.length;
    this.bytes += lines.length;
    return new Promise((resolve, reject) => {
      this.#queue.push({ lines, count: entries.length, resolve, reject });
      this.#writer ??= this.#write();
    });
  }

  /** The first entries, up to `most`, that are on disk. */
  async peek(most: number): Promise<SpoolEntry[]> {
    for (let chunkBytes = CHUNK_BYTES; ; ) {
      const { segment, offset } = this.#head;
      const bytes = await this.#read(segment, offset, chunkBytes);
      const entries = parseEntries(bytes, most);
      this.#ends = entries.map((entry) => ({ segment, offset: offset + entry.end }));
      if (entries.length > 0) return entries;
      if (bytes.length === chunkBytes) {
        // A line that is longer than the chunk.
        chunkBytes *= 2;
        continue;
      }
      if (segment >= (this.#writing?.segment ?? this.#nextSegment - 1)) {
        if (this.#writer !== undefined) {
          await this.#writer;
          continue;
        }
        // Damaged lines were counted, too.
        this.count = 0;
        this.bytes = 0;
        return entries;
      }
      // Nothing but perhaps a line that was cut off is left in this segment.
      this.#head = { ...this.#head, segment: segment + 1, offset: 0 };
      await rm(this.#path(segment), { force: true });
    }
  }

  /** Removes the first `delivered` entries of the last `peek`, and notes the mark. Resolves once that is on disk. */
  async advance(delivered: number, mark: SpoolMark): Promise<void> {
    const end = delivered === 0 ? this.#head : (this.#ends[delivered - 1] as Head);
    const before = this.#head;
    this.#head = { segment: end.segment, offset: end.offset, mark };
    this.#ends = this.#ends.slice(delivered);
    this.count -= delivered;
    this.bytes -= end.offset - before.offset;
    const temporary = join(this.#folder, 'head.new');
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify(this.#head));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(this.#folder, 'head.json'));
  }

  /** Finishes what was begun, and gives the folder back. What waits is delivered by the next process that opens it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writer;
    await this.#writing?.file.close();
    this.#writing = undefined;
    await this.#unlock();
  }

  /** Writes what has been queued, all of it with one synchronisation, until nothing is left. */
  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue;
      this.#queue = [];
      try {
        await this.#writeGroup(Buffer.concat(group.map(({ lines }) => lines)));
        for (const { resolve } of group) resolve();
      } catch (cause) {
        const failure = new EventLogError(
          `append: the spool in ${this.#folder} cannot be written (${reasonOf(cause)}). Free space on the disk, or bring NATS back.`,
          { cause },
        );
        for (const { lines, count, reject } of group) {
          this.count -= count;
          this.bytes -= lines.length;
          reject(failure);
        }
      }
    }
    this.#writer = undefined;
  }

  async #writeGroup(lines: Buffer): Promise<void> {
    if (this.#writing !== undefined && this.#writing.size > SEGMENT_BYTES) await this.#endSegment();
    if (this.#writing === undefined) {
      const segment = this.#nextSegment++;
      this.#writing = { segment, file: await open(this.#path(segment), 'a'), size: 0 };
    }
    const { file, size } = this.#writing;
    try {
      await file.appendFile(lines);
      await file.datasync();
      this.#writing.size = size + lines.length;
    } catch (error) {
      // Entries of a group that failed must not be delivered: nobody waits for them any more.
      await file.truncate(size).catch(() => undefined);
      await this.#endSegment();
      throw error;
    }
  }

  async #endSegment(): Promise<void> {
    const ended = this.#writing;
    this.#writing = undefined;
    await ended?.file.close().catch(() => undefined);
  }

  /** What is on disk of a segment, from an offset, up to `most` bytes. */
  async #read(segment: number, offset: number, most: number): Promise<Buffer> {
    const path = this.#path(segment);
    // Bytes after what was synchronised belong to a group that is being written.
    const limit = this.#writing?.segment === segment ? this.#writing.size : await sizeOf(path);
    if (limit <= offset) return Buffer.alloc(0);
    const file = await open(path, 'r');
    try {
      const bytes = Buffer.alloc(Math.min(limit - offset, most));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async #countEntries(): Promise<void> {
    for (let { segment, offset } = this.#head; segment < this.#nextSegment; segment++, offset = 0) {
      const entries = parseEntries(
        await this.#read(segment, offset, Number.POSITIVE_INFINITY),
        Number.POSITIVE_INFINITY,
      );
      this.count += entries.length;
      this.bytes += entries.at(-1)?.end ?? 0;
    }
  }

  #path(segment: number): string {
    return join(this.#folder, `${String(segment).padStart(10, '0')}.spool`);
  }
}

async function segmentsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => SEGMENT.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function readHead(folder: string, segments: readonly number[]): Promise<Head> {
  const text = await readFile(join(folder, 'head.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? { segment: segments[0] ?? 1, offset: 0 } : (JSON.parse(text) as Head);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
