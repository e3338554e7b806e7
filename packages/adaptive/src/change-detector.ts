import { checkInteger, checkMethods, checkObject, checkOptionNames, checkSpecification, type Random } from '@ialp/core';
import type { Checkpoint } from '@ialp/policy';
import { checkFunction } from './checks.js';

/**
 * Detects a drop of the mean in a stream of values, such as rewards of sessions.
 */
export interface ChangeDetector {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** Adds the next value. @returns whether a drop is detected; the alarm stays on until `reset`. */
  add(value: number): boolean;
  /** The test statistic as a share of its threshold: from 1 on it alarms. */
  readonly evidence: number;
  /** Starts again with an empty stream. */
  reset(): void;
  /** A copy of its state; without it a deployment with this detector cannot be resumed. */
  checkpoint?(): Checkpoint;
  /** Restores a checkpoint of a detector with the same options. @throws {CheckpointError} */
  restore?(checkpoint: Checkpoint): void;
}

/** Options of `falseAlarmRate`. */
export interface FalseAlarmOptions {
  /** Makes a new detector for each stream. */
  readonly make: () => ChangeDetector;
  /** Draws a value of a stream without a change. */
  readonly draw: (random: Random) => number;
  /** Values in each stream. */
  readonly length: number;
  /** Number of streams. */
  readonly runs: number;
  readonly random: Random;
}

/**
 * The false-alarm rate of a detector: the share of streams of a given length without a change in which it alarms. Use it to set
 * thresholds, with rewards like your own.
 * @throws {InvalidOptionError}
 */
export function falseAlarmRate(options: FalseAlarmOptions): number {
  checkObject('options', options, 'an object with make, draw, length, runs and random');
  checkOptionNames(options, ['make', 'draw', 'length', 'runs', 'random']);
  const { make, draw, length, runs, random } = options;
  checkFunction('make', make, 'a function that makes a detector, such as () => createCusumDetector()');
  checkFunction('draw', draw, 'a function that draws a value, such as (random) => random.normal()');
  checkMethods('random', random, ['fork'], 'a seeded generator, such as createRandom(1)');
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
