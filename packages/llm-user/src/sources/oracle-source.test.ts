import { InvalidOptionError } from '@ialp/core';
import { expect, test } from 'vitest';
import { createOracleSource } from './oracle-source.js';

test.each([5, -1, Number.NaN, '1', undefined])('an oracle refuses a probability of %s', async (truth) => {
  const source = createOracleSource({ probability: () => truth as number });
  const asking = source.ask({ state: { items: [], feedback: [] }, candidates: [3] });
  const thrown = await asking.catch((error) => error);
  expect(thrown).toBeInstanceOf(InvalidOptionError);
  expect(thrown.message).toMatch(/^probability\(state, 3\): expected a number from 0 to 1; found /);
});
