import { createRandom, type ResponseModel } from '@ialp/core';
import { expect, test } from 'vitest';
import { createMatrixResponses } from '../models/matrix-responses.js';
import { createSimulator } from './simulator.js';

test.each([1, 3, 130, 300])(
  'responses are the same whether their table is read ahead or not: %i sessions',
  (sessions) => {
    const [users, items] = [7, 50];
    const random = createRandom(3);
    const values = Float32Array.from({ length: users * items }, () => random.uniform());
    const table = createMatrixResponses({ users, items, values, response: 'bernoulli' });
    // A model that the simulator knows no table of.
    const plain: ResponseModel = { ...table };
    const [ahead, behind] = [table, plain].map((responses) => {
      const env = createSimulator({ name: 't', responses, sessions, maxTurns: 9 });
      env.reset({ seed: 4 });
      return Array.from({ length: 9 }, (_, turn) => [
        ...env.step(Int32Array.from({ length: sessions }, (_, slot) => (5 * slot + turn) % items)).reward,
      ]);
    });
    expect(ahead).toEqual(behind);
    expect(new Set(ahead.flat())).toEqual(new Set([0, 1]));
  },
);
