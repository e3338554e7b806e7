import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../errors.js';
import { parseInteger, parseNumber, splitColumns } from './fields.js';

const PLACE = { file: 'some.txt', line: 7, remedy: 'Fix it.' };
const ANY = { expected: 'a number' };
const RATING = { expected: 'a rating from 1 to 5', minimum: 1, maximum: 5 };

const NOT_NUMBERS = [
  '',
  ' ',
  '3x',
  'x3',
  ' 3',
  '3 ',
  'NaN',
  'Infinity',
  '0x10',
  '1_000',
  '+3',
  '--3',
  '3,5',
  '٣',
  '.5',
];

describe('parseInteger', () => {
  it('reads every safe integer back', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => parseInteger(String(value), ANY, PLACE) === value));
  });

  it.each([...NOT_NUMBERS, '3.0', '1e2', '9007199254740993'])('refuses %j', (text) => {
    expect(() => parseInteger(text, ANY, PLACE)).toThrow(DatasetError);
  });

  it('names file, line, what it found, what it expected and how to fix it', () => {
    expect(() => parseInteger('NaNrating', RATING, PLACE)).toThrow(
      'some.txt, line 7: expected a rating from 1 to 5; found "NaNrating". Fix it.',
    );
  });

  it('keeps to the range, ends included', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 20 }), (value) => {
        const parse = () => parseInteger(String(value), RATING, PLACE);
        if (value >= 1 && value <= 5) expect(parse()).toBe(value);
        else expect(parse).toThrow(DatasetError);
      }),
    );
  });
});

describe('parseNumber', () => {
  it('reads every finite number back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(JSON.stringify(value), ANY, PLACE)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it.each([...NOT_NUMBERS, '1e', '1e999', '5.'])('refuses %j', (text) => {
    expect(() => parseNumber(text, ANY, PLACE)).toThrow(DatasetError);
  });

  it('keeps to the range', () => {
    expect(parseNumber('4.5', RATING, PLACE)).toBe(4.5);
    expect(() => parseNumber('5.5', RATING, PLACE)).toThrow(DatasetError);
    expect(() => parseNumber('0.5', RATING, PLACE)).toThrow(DatasetError);
  });
});

describe('splitColumns', () => {
  it('gives the columns, empty ones included', () => {
    expect(splitColumns('a||c', '|', 3, PLACE)).toEqual(['a', '', 'c']);
  });

  it('refuses another number of them', () => {
    expect(() => splitColumns('a\tb', '\t', 3, PLACE)).toThrow(
      'some.txt, line 7: expected 3 columns separated by tabs; found 2. Fix it.',
    );
  });
});
