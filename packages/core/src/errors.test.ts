import { expect, test } from 'vitest';
import { CoreError, FileError, MissingPackageError } from './errors.js';
import { show } from './show.js';

const fault = { file: 'a.csv', line: 3, found: '"x"', expected: 'a number', remedy: 'Correct it.' };

test('messages say where, what was expected, what was found and what to do', () => {
  expect(new FileError(fault).message).toBe('a.csv, line 3: expected a number; found "x". Correct it.');
  const { line: _, ...whole } = fault;
  expect(new FileError({ ...whole, remedy: '' }).message).toBe('a.csv: expected a number; found "x".');
  expect(new MissingPackageError('hyparquet', 'Reading Parquet').message).toMatch(/Run: npm install hyparquet$/);
});

test('each class knows its own errors, also of another copy, and no others', () => {
  const [file, missing] = [new FileError(fault), new MissingPackageError('a', 'b')];
  expect([file, missing].map((error) => CoreError.isInstance(error))).toEqual([true, true]);
  expect([file, missing].map((error) => FileError.isInstance(error))).toEqual([true, false]);
  expect([file, missing].map((error) => MissingPackageError.isInstance(error))).toEqual([false, true]);
  const copy = Object.assign(new Error('copy'), { [Symbol.for('ialp.core.error.file')]: true });
  expect([copy, undefined, new Error('other')].map((value) => FileError.isInstance(value))).toEqual([
    true,
    false,
    false,
  ]);
});

test('values are shown short, in quotes, and without commands for the terminal', () => {
  expect(show('a"b')).toBe('"a\\"b"');
  expect(show('\u001b[31m\u009b')).toBe('"\\u001b[31m\\u009b"');
  expect(show({ a: [1] })).toBe('{"a":[1]}');
  expect(show('x'.repeat(1e6))).toHaveLength(60);
  expect([show(undefined), show(3n), show(Number.NaN)]).toEqual(['undefined', '3', 'NaN']);
});
