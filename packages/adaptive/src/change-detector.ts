import { checkInteger, checkSpecification, type Random } from '@ialp/core';
import type { Checkpoint } from '@ialp/policy';

/**
 * Watches a stream of numbers, rewards of sessions for example, and says when their mean has fallen.
 */
export interface ChangeDetector {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** Takes the next value. @returns whether it alarms now; it goes on alarming until `reset`. */
  add(value: number): boolean;
  /** How much speaks for a fall, as a share of what makes it alarm: from 1 on it does. */
  readonly evidence: number;
  /** Forgets all it has seen. */
  reset(): void;
  /** A copy of all it remembers; without it no deployment that it watches can be resumed. */
  checkpoint?(): Checkpoint;
  /** Restores a checkpoint of a detector that was created with the same options. @throws {CheckpointError} */
  restore?(checkpoint: Checkpoint): void;
}

/** Options of `falseAlarmRate`. */
export interface FalseAlarmOptions {
  /** Makes the detector; a new one for each stream. */
  readonly make: () => ChangeDetector;
  /** A value of a stream in which nothing changes. */
  readonly draw: (random: Random) => number;
  /** Values of a stream. */
  readonly length: number;
  /** Streams. */
  readonly runs: number;
  readonly random: Random;
}

/**
 * How often a detector alarms though nothing has changed: the share of streams of a given length in which it does. Set
 * thresholds by it, on rewards like your own.
 * @throws {InvalidOptionError}
 */
export function falseAlarmRate({ make, draw, length, runs, random }: FalseAlarmOptions): number {
  for (const [option, value] of Object.entries({ length, runs })) checkInteger(option, value, 1);
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const [detector, stream] = [make(), random.fork(run)];
    checkSpecification('make()', detector, ['add', 'reset'], 'a change detector, such as createCusumDetector()');
    for (let k = 0; k < length; k++) {
      if (!detector.add(draw(stream))) continue;
      alarms++;
      break;
    }
  }
  return alarms / runs;
}
