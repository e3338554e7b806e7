import { expect, test } from 'vitest';
import { z } from 'zod';
import { resultsSchema } from './results.js';

test('results.schema.json documents what is written', async () => {
  const schema = `${JSON.stringify(z.toJSONSchema(resultsSchema), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot('../results.schema.json');
});
