import { CheckpointError, show } from '@ialp/core';
import { type CheckpointReader, partOf } from '@ialp/core/checkpoint';

/**
 * Checks that a part of a checkpoint is of an object with the same settings.
 * @param part name of the part, for the message.
 * @param settings those of the object to restore.
 * @throws {CheckpointError} for another setting, or a missing one.
 */
export function checkSettings(
  part: string,
  reader: CheckpointReader,
  settings: Readonly<Record<string, number | string | boolean>>,
): void {
  for (const [name, expected] of Object.entries(settings)) {
    const found = partOf(reader.whole(), name);
    if (found === expected) continue;
    throw new CheckpointError(
      `checkpoint.${part}.${name}: expected ${show(expected)}, as in this environment; found ${show(found)}.`,
    );
  }
}

/**
 * Checks every number of an array in a checkpoint.
 * @param expected what the message says was expected.
 * @throws {CheckpointError} for the first number that is not valid.
 */
export function checkNumbers(
  name: string,
  array: ArrayLike<number>,
  isValid: (value: number, place: number) => boolean,
  expected: string,
): void {
  for (let place = 0; place < array.length; place++) {
    if (isValid(array[place], place)) continue;
    throw new CheckpointError(`checkpoint.${name}[${place}]: expected ${expected}; found ${array[place]}.`);
  }
}

/** Checks that every number of an array in a checkpoint is 0 or 1. @throws {CheckpointError} */
export function checkFlags(name: string, flags: Uint8Array): void {
  checkNumbers(name, flags, (flag) => flag <= 1, '0 or 1');
}
