import { z } from '@hono/zod-openapi';

/** Longest id, in bytes of UTF-8. */
export const MAX_ID_BYTES = 1_024;

const SURROGATE = /\p{Surrogate}/u;

/**
 * Ids of sessions, users, items, decisions and feedback: any text, of which nothing is interpreted. Half of a surrogate pair is refused, since
 * two such ids would be one after encoding.
 */
export const idSchema = z
  .string()
  .min(1)
  .max(MAX_ID_BYTES)
  .refine((id) => !SURROGATE.test(id), {
    error: 'expected text; found half of a surrogate pair, which is no character',
  })
  .refine((id) => id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(id) <= MAX_ID_BYTES, {
    error: `expected at most ${MAX_ID_BYTES} bytes of UTF-8`,
  })
  .openapi({ description: 'Any text of 1 to 1,024 bytes in UTF-8.', example: 'a81b' });

/** What a list must not exceed. */
export interface ListLimit {
  readonly maxItems: number;
  readonly minItems?: number;
}

/**
 * A list whose length is checked before its elements are: a body full of invalid elements would otherwise yield as many messages.
 * @param element schema of an element.
 */
export function boundedList<Element extends z.ZodType>(element: Element, { maxItems, minItems = 0 }: ListLimit) {
  const lengthFirst = (value: unknown, context: z.core.$RefinementCtx): unknown => {
    if (!Array.isArray(value) || value.length <= maxItems) return value;
    context.issues.push({ code: 'too_big', origin: 'array', maximum: maxItems, inclusive: true, input: value });
    return z.NEVER;
  };
  return z.preprocess(lengthFirst, z.array(element).min(minItems).max(maxItems));
}
