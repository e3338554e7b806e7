import type { JsonSchema } from '../../language-model.js';

/** Ranges of whole numbers up to this wide are spelt out. */
const WIDEST = 64;

/**
 * A schema in the words that node-llama-cpp's grammars know: they have no bounds for numbers, so a short range of whole
 * numbers becomes a list of them.
 */
export function grammarSchema(schema: JsonSchema): JsonSchema {
  const { type, minimum, maximum } = schema;
  if (type === 'integer' && typeof minimum === 'number' && typeof maximum === 'number' && maximum - minimum < WIDEST) {
    return { enum: Array.from({ length: maximum - minimum + 1 }, (_, k) => minimum + k) };
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, key === 'enum' ? value : deep(value)]));
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep);
  return typeof value === 'object' && value !== null ? grammarSchema(value as JsonSchema) : value;
}
