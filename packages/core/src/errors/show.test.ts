import { expect, test } from 'vitest';
import { show } from './show.js';

test('values are shown short, in quotes, and without commands for the terminal', () => {
  expect(show('a"b')).toBe('"a\\"b"');
  expect(show('\u001b[31m\u009b')).toBe('"\\u001b[31m\\u009b"');
  expect(show({ a: [1] })).toBe('{"a":[1]}');
  expect(show('x'.repeat(1e6))).toHaveLength(60);
  expect([show(undefined), show(3n), show(Number.NaN)]).toEqual(['undefined', '3', 'NaN']);
});
