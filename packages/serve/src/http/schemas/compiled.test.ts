import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { checkLimits } from '../limits/limits.js';
import { compiled } from './compiled.js';
import { decisionSchemas } from './decisions.js';
import { feedbackSchema } from './feedback.js';

const LIMITS = checkLimits({ maxIds: 3, maxCount: 5 });

/** A field of a body, valid or not. */
const field = fc.oneof(
  fc.constantFrom('a', '', '\ud800', 'é'.repeat(600), 1, 0.5, -1, 1e7, true, null, undefined),
  fc.array(fc.constantFrom('a', 'b', '', 7), { maxLength: 5 }),
);

test.each([
  ['recommend', () => decisionSchemas(LIMITS).recommend],
  ['observe', () => decisionSchemas(LIMITS).observe],
  ['feedback', () => feedbackSchema.clone()],
] as const)('a compiled schema says the same as the schema itself: %s', async (_name, create) => {
  const [plain, fast]: z.ZodObject[] = [create(), compiled(create())];
  const fields = Object.keys(plain!.shape).map((name) => [name, field] as const);
  const body = fc.record(Object.fromEntries([...fields, ['other', field]]), { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(fc.oneof(body, fc.jsonValue()), async (value) => {
      const [expected, found] = [plain!.safeParse(value), await fast!.safeParseAsync(value)];
      expect(found.success).toBe(expected.success);
      expect(found.data).toEqual(expected.data);
      expect(found.error?.issues).toEqual(expected.error?.issues);
    }),
    { numRuns: 1_000 },
  );
});

test('a schema that cannot be compiled is refused', () => {
  expect(() => compiled(z.object({ a: z.string().refine(async () => true) }))).toThrow();
});

test('where no text may be compiled, a schema checks the same without it', async () => {
  vi.stubGlobal('Function', () => {
    throw new EvalError('Code generation from strings disallowed for this context');
  });
  try {
    const schema = compiled(z.object({ count: z.int().min(1) }));
    expect((await schema.safeParseAsync({ count: 2 })).success).toBe(true);
    expect((await schema.safeParseAsync({ count: 0 })).error?.issues[0]?.path).toEqual(['count']);
  } finally {
    vi.unstubAllGlobals();
  }
});
