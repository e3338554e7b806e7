import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatedName } from './repeated-name.js';

test.each([
  ['{"a":1,"b":{"a":2}}', undefined],
  ['{"a":1,"b":2,"a":3}', 'a'],
  ['{"te\\u0061":1,"tea":2}', 'tea'],
  ['[{"a":"{\\"a\\":"},{"a":1}]', undefined],
  ['{"x":[{"k":1,"k":2}]}', 'k'],
])('%s', (text, name) => expect(repeatedName(text)).toBe(name));

test('JSON that was written by JSON.stringify repeats no name', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(repeatedName(JSON.stringify(JSON.parse(text)))).toBeUndefined();
    }),
  );
});
