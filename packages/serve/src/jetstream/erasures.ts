import type { Connection } from './connection.js';
import { scan } from './scan.js';
import { ERASED } from './subjects.js';

/** Consecutive sequences, both ends included. */
type Range = readonly [first: number, last: number];

/** Ranges in one record: it stays far below the limit of a message. */
const RANGES_PER_RECORD = 10_000;

/**
 * The sequences of erased messages. `erase` writes them to the stream before it deletes the messages, so that readers can tell messages that were erased from
 * messages that were lost or dropped: the stream itself does not say why a sequence is missing. A record follows what it names, and is not dropped before it.
 */
export class Erasures {
  readonly #connection: Connection;
  readonly #stream: string;
  readonly #erased = new Set<number>();
  #readUpTo = 0;

  constructor(connection: Connection, stream: string) {
    this.#connection = connection;
    this.#stream = stream;
  }

  /** Records that messages are going to be erased. */
  async record(sequences: readonly number[]): Promise<void> {
    const ranges = rangesOf(sequences);
    for (let from = 0; from < ranges.length; from += RANGES_PER_RECORD) {
      const record = JSON.stringify(ranges.slice(from, from + RANGES_PER_RECORD));
      await this.#connection.js.publish(`${this.#stream}.${ERASED}`, record, {
        timeout: this.#connection.requestTimeoutMs,
      });
    }
  }

  /** How many sequences from `first` to `last` were not erased. */
  async countOthers(first: number, last: number): Promise<number> {
    if (this.#count(first, last) > 0) await this.#readRecords();
    return this.#count(first, last);
  }

  #count(first: number, last: number): number {
    let others = 0;
    for (let sequence = first; sequence <= last; sequence++) if (!this.#erased.has(sequence)) others++;
    return others;
  }

  async #readRecords(): Promise<void> {
    const options = { stream: this.#stream, after: this.#readUpTo, filter: `${this.#stream}.${ERASED}` };
    this.#readUpTo = await scan(this.#connection, options, ({ data }) => {
      for (const [first, last] of JSON.parse(Buffer.from(data).toString()) as Range[]) {
        for (let sequence = first; sequence <= last; sequence++) this.#erased.add(sequence);
      }
    });
  }
}

function rangesOf(sequences: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  for (const sequence of [...sequences].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && sequence === last[1] + 1) last[1] = sequence;
    else ranges.push([sequence, sequence]);
  }
  return ranges;
}
