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

/** A schema for each number of candidates, made once: that takes longer than to read a reply by it. */
export function memoized<T>(make: (candidates: number) => z.ZodType<T>): (candidates: number) => z.ZodType<T> {
  const made = new Map<number, z.ZodType<T>>();
  return (candidates) => {
    const known = made.get(candidates) ?? make(candidates);
    made.set(candidates, known);
    return known;
  };
}
