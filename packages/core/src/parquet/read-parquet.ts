import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { MissingPackageError } from '../errors/missing-package-error.js';
import { checkRegularFile } from '../files/bytes.js';
import { type FileOptions, faultOf } from '../files/file-fault.js';
import {
  DECODE,
  type DecodingLimits,
  type DecodingMessage,
  type DecodingRequest,
  type ParquetValues,
} from './messages.js';

export type { ParquetValues } from './messages.js';

/** A row group of a Parquet file. */
export interface ParquetGroup {
  /** Key-value metadata of the file; the same in each group. */
  readonly keyValues: ReadonlyMap<string, string>;
  /** Index of the first row, from 0. */
  readonly firstRow: number;
  readonly rows: number;
  /**
   * Columns of length `[rows]` by name, in the order of the file: typed arrays or lists of numbers, bigints (64 bits),
   * booleans, strings, dates, bytes or nested values; null for missing values.
   */
  readonly columns: ReadonlyMap<string, ParquetValues>;
}

/** Options of `readParquet`. */
export interface ParquetOptions extends FileOptions, Partial<DecodingLimits> {
  /** Aborts reading with the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** Maximum heap of the decoding process in megabytes. */
const HEAP_MB = 1024;
const DEFAULT_LIMITS: DecodingLimits = { maxBytes: 2 ** 30, maxRows: 100_000_000, timeoutMs: 1500 };

/**
 * Reads a Parquet file, one row group after the other. There is at least one group, without rows if the file has none.
 * A file that is gzipped as a whole is decompressed.
 *  A separate process decodes the file, so that no input can block or crash this one: counts and sizes are checked
 * against each other and the limits first, and the process is killed if decoding takes more memory or processor time
 * than a valid file of that size can. Pages with a checksum are verified; without one, a change to another valid value
 * cannot be detected.
 * @param options `maxBytes`: maximum size of the columns after decompression, default 1 GiB. `maxRows`: default 100
 *   million. `timeoutMs`: milliseconds of processor time without progress, in addition to one per 1000 bytes; default
 *   1500. Independent of the load of the machine.
 * @throws {FileError} from the iteration, if the file cannot be read, is damaged or exceeds a limit.
 * @throws {MissingPackageError} if `hyparquet` is not installed.
 */
export async function* readParquet(path: string, options: ParquetOptions = {}): AsyncGenerator<ParquetGroup> {
  const { signal, maxBytes, maxRows, timeoutMs } = { ...DEFAULT_LIMITS, ...options };
  signal?.throwIfAborted();
  await checkRegularFile(path, options);
  // Resolved by name, so that it is found from a bundle and from the sources.
  const program = createRequire(import.meta.url).resolve('@ialp/core/parquet/process');
  const child = fork(program, [DECODE], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    ...(signal && { signal, killSignal: 'SIGKILL' as const }),
  });
  const received = messagesOf(child);
  const fail = (fault: { expected: string; found: string }): Error => faultOf(path, fault, options);
  try {
    const request: DecodingRequest = { path: resolve(path), limits: { maxBytes, maxRows, timeoutMs } };
    child.send(request);
    let keyValues: ReadonlyMap<string, string> = new Map();
    let columns = new Map<string, ParquetValues>();
    let groups = 0;
    for (;;) {
      const message = await received.next();
      signal?.throwIfAborted();
      if (message === undefined) {
        const found = 'a file that needs more memory or processor time to decode than its size allows';
        throw fail({ expected: 'a complete Parquet file', found });
      }
      if (message.kind === 'missing') throw new MissingPackageError('hyparquet', 'Reading Parquet');
      if (message.kind === 'fault') throw fail(message);
      if (message.kind === 'head') {
        keyValues = new Map(message.keyValues);
        columns = new Map(message.names.map((name) => [name, []]));
      } else if (message.kind === 'column') columns.set(message.name, message.values);
      else if (message.kind === 'group') {
        groups++;
        yield { keyValues, firstRow: message.firstRow, rows: message.rows, columns };
        columns = new Map(columns);
        child.send('next');
      } else {
        if (groups === 0) yield { keyValues, firstRow: 0, rows: 0, columns };
        return;
      }
    }
  } finally {
    child.kill('SIGKILL');
  }
}

/** The messages of a process, one after the other; undefined after its end. */
function messagesOf(child: ReturnType<typeof fork>): { next(): Promise<DecodingMessage | undefined> } {
  const waiting: DecodingMessage[] = [];
  let hasEnded = false;
  let wake = (): void => {};
  child.on('message', (message: DecodingMessage) => {
    waiting.push(message);
    wake();
  });
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  // Not on exit: sent messages may arrive later. An error is an abort, or a process that could not be started.
  child.on('error', end).on('disconnect', end);
  return {
    async next() {
      while (waiting.length === 0 && !hasEnded) {
        await new Promise<void>((resume) => {
          wake = resume;
        });
      }
      return waiting.shift();
    },
  };
}
