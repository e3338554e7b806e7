import type { z } from 'zod';

/** A reply's JSON by a schema, or undefined where it is none or another. */
export function readJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
