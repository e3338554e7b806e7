import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createRandom, InvalidOptionError } from '@ialp/core';
import type { ReplyRecord } from '../reply-store.js';
import { exportReplies, importReplies } from '../store/index.js';
import { createMemoryStore } from '../store/memory-store.js';

/** Files that are read at once; each takes a process. */
const AT_ONCE = 4;

/** Replies with everything that a reply can have. For tests. */
export const RECORDS: ReplyRecord[] = Array.from({ length: 12 }, (_, k) => ({
  request: `r${k}`,
  fingerprint: `w${k % 2}`,
  model: 'm',
  promptVersion: 'v1',
  text: `{"liked": [${k}]} \u2028 é`,
  ...(k % 3 === 0 && { usage: { input: 10, output: k } }),
  ...(k % 4 === 0 && { probabilities: [0.25, 0.5] }),
  ...(k % 5 === 0 && { words: { system: '', prompt: `p${k}` } }),
}));

/** The replies of a file. For tests. */
export async function repliesOf(path: string): Promise<ReplyRecord[]> {
  const store = createMemoryStore();
  await importReplies(store, path);
  return [...store];
}

/** What became of files. */
export interface FlipOutcomes {
  /** Files that gave the same replies. */
  readonly same: number;
  /** Files that were refused with a typed error. */
  readonly refused: number;
  /** Bits whose flip gave other replies, or another error. */
  readonly wrong: string[];
}

/** Reads Parquet files of replies in each of which one bit is flipped. For tests. */
export async function flipParquet(count: number, seed: number): Promise<FlipOutcomes> {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-flips-'));
  try {
    const path = join(folder, 'replies.parquet');
    await exportReplies({ records: () => RECORDS }, path);
    const whole = await readFile(path);
    const random = createRandom(seed);
    const flips = Array.from({ length: count }, () => random.integer(8 * whole.length));
    const outcomes = { same: 0, refused: 0, wrong: [] as string[] };
    const readOne = async (bit: number, file: string): Promise<void> => {
      const bytes = Uint8Array.from(whole);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      await writeFile(file, bytes);
      try {
        if (isDeepStrictEqual(await repliesOf(file), RECORDS)) outcomes.same++;
        else outcomes.wrong.push(`bit ${bit}: other replies`);
      } catch (error) {
        if (InvalidOptionError.isInstance(error)) outcomes.refused++;
        else outcomes.wrong.push(`bit ${bit}: ${error}`);
      }
    };
    const workers = Array.from({ length: AT_ONCE }, async (_, worker) => {
      for (let bit = flips.pop(); bit !== undefined; bit = flips.pop()) {
        await readOne(bit, join(folder, `damaged-${worker}.parquet`));
      }
    });
    await Promise.all(workers);
    return outcomes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
