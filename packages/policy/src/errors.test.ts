import { CheckpointError, IalpError, InvalidOptionError } from '@ialp/core';
import { expect, test } from 'vitest';
import {
  DivergenceError,
  MissingHeadError,
  NetworkStateError,
  NothingAllowedError,
  OutOfMemoryError,
  ShapeError,
  WeightsError,
} from './errors.js';
import { CheckpointFileError } from './persistence/checkpoint-file/checkpoint-file-error.js';
import { MissingCryptoError } from './persistence/weights/sha256.js';
import { WeightsFileError } from './persistence/weights/weights-file-error.js';
import { BackendError } from './tfjs/backend-error.js';

const fault = { file: 'a', found: 'b', expected: 'c', remedy: '' };
const ALL = [
  new ShapeError('items of the policy', 3, 4),
  new NothingAllowedError(5),
  new MissingHeadError('q', 'createDqn'),
  new NetworkStateError('This network was disposed of.'),
  new OutOfMemoryError('More than 4.0 GiB of memory are needed.'),
  new WeightsError('weights.actor: expected a tensor; found nothing.'),
  new DivergenceError('The loss is not a number.'),
  new BackendError('wasm', '@tensorflow/tfjs', []),
  new MissingCryptoError(),
  new WeightsFileError({ ...fault, problem: 'format' }),
  new CheckpointFileError({ ...fault, problem: 'format' }),
  new CheckpointError('checkpoint.log: expected a value; found none.'),
  new InvalidOptionError('discount', 2, 'a number from 0 to 1'),
];
const classes = ALL.map((error) => error.constructor as typeof IalpError);

test.each(ALL)('$name is an IalpError that only its own class recognises', (error) => {
  expect(error).toBeInstanceOf(IalpError);
  expect(error.name).toBe(error.constructor.name);
  expect(classes.filter((type) => type.isInstance(error))).toEqual([error.constructor]);
});

test('messages say what was found and what was expected', () => {
  expect(new ShapeError('items of the policy', 3, 4).message).toBe('items of the policy: expected 4; found 3.');
  const remedy = 'End a session when nothing is left to show.';
  expect(new NothingAllowedError(5).message).toBe(`Row 5 allows no item. ${remedy}`);
  expect(new NothingAllowedError(5, 3).message).toBe(`Row 5 allows fewer than 3 items. ${remedy}`);
});
