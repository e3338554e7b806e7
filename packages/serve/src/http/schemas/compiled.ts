import { z } from '@hono/zod-openapi';

/**
 * Compiles what a schema checks, for requests that are validated often. Same results and messages. `OpenAPIHono` validates with
 * `safeParseAsync`, which Zod does not compile; no schema here is asynchronous.
 * @throws {z.core.ZodCompileUnsupportedError} for a schema that cannot be compiled.
 */
export function compiled<Schema extends z.ZodType>(schema: Schema): Schema {
  if (!compilesText()) return schema;
  const fast = z.compile(schema, { strict: true });
  // The schema itself is returned: the document refers to it.
  schema.safeParseAsync = async (value, params) => fast.safeParse(value, params) as never;
  return schema;
}

/** Whether text can be compiled here: a process may forbid it, as by `--disallow-code-generation-from-strings`. */
function compilesText(): boolean {
  try {
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
}
