import { describe, expect, test } from 'vitest';
import { ConformanceError } from '../conformance/checks.js';
import { CheckpointError } from './checkpoint-error.js';
import { FileError } from './file-error.js';
import { IalpError } from './ialp-error.js';
import { InvalidOptionError } from './invalid-option-error.js';
import { MissingPackageError } from './missing-package-error.js';
import { recognizerOf } from './recognizer.js';

const fault = { file: 'a.csv', line: 3, found: '"x"', expected: 'a number', remedy: 'Correct it.' };

test('messages say where, what was expected, what was found and how to fix it', () => {
  expect(new FileError(fault).message).toBe('a.csv, line 3: expected a number; found "x". Correct it.');
  const { line: _, ...whole } = fault;
  expect(new FileError({ ...whole, remedy: '' }).message).toBe('a.csv: expected a number; found "x".');
  expect(new MissingPackageError('hyparquet', 'Reading Parquet').message).toMatch(/Run: npm install hyparquet$/);
  expect(new InvalidOptionError('seed', 'x', 'an integer').message).toBe('seed: expected an integer; found "x".');
});

test('a refused option is shown, but no fields of objects: an API key may be among them', () => {
  const found = (value: unknown): string | undefined =>
    /found (.*)\.$/.exec(new InvalidOptionError('a', value, 'b').message)?.[1];
  const values = [
    null,
    'x',
    [1, 'y'],
    { apiKey: 'secret' },
    [{ apiKey: 'secret' }],
    () => 'secret',
    new Error('secret'),
  ];
  expect(values.map(found)).toEqual(['null', '"x"', '[1,"y"]', 'an object', 'a list', 'a function', 'an object']);
});

describe('isInstance', () => {
  /** What another copy of the package would have. */
  class CopiedFileError extends Error {
    static readonly isInstance = FileError.isInstance;
  }
  class OwnError extends InvalidOptionError {
    static override readonly isInstance = recognizerOf<OwnError>('test.own');
  }
  const errors = [
    new FileError(fault),
    new InvalidOptionError('a', 1, 'b'),
    new CheckpointError('c'),
    new ConformanceError('d'),
    new MissingPackageError('e', 'f'),
    new OwnError('a', 1, 'b'),
  ];
  const classes = [FileError, InvalidOptionError, CheckpointError, ConformanceError, MissingPackageError, OwnError];

  test('is true for a class, its subclasses and other copies, and for nothing else', () => {
    for (const type of [IalpError, ...classes]) {
      for (const error of errors) expect(type.isInstance(error)).toBe(error instanceof type);
      for (const other of [undefined, null, 'text', {}, Object.create(null), new Error('x')]) {
        expect(type.isInstance(other)).toBe(false);
      }
    }
    expect(classes.map((type) => type.isInstance(new CopiedFileError('x')))).toEqual([true, ...Array(5).fill(false)]);
  });

  test('needs no class beside it', () => {
    expect([...errors, new Error('x')].filter(FileError.isInstance)).toEqual([errors[0]]);
  });

  test('narrows the type', () => {
    const error: unknown = errors[0];
    if (!FileError.isInstance(error)) throw error;
    expect(error.line).toBe(3);
  });
});
