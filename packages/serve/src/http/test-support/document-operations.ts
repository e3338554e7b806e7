import { z } from 'zod';

/** A JSON schema without references. */
export type JsonSchema = { readonly [name: string]: unknown };

/** A route of an OpenAPI document. */
export interface Operation {
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly body?: JsonSchema;
  /** What its answers may be: the schema of their body by status; undefined for an empty one or text. */
  readonly answers: ReadonlyMap<number, { readonly check?: z.ZodType; readonly isText: boolean }>;
}

/** The routes of a document, and the schemas of errors. */
export interface Operations {
  readonly all: readonly Operation[];
  readonly error: z.ZodType;
  readonly personalizerError: z.ZodType;
}

interface Content {
  readonly [mediaType: string]: { readonly schema: JsonSchema };
}

interface PathItem {
  readonly [method: string]: {
    readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
    readonly requestBody?: { readonly content: Content };
    readonly responses: { readonly [status: string]: { readonly content?: Content } };
  };
}

/** Reads the routes of an OpenAPI document. */
export function operationsOf(document: unknown): Operations {
  const { paths, components } = resolved(document, document) as {
    readonly paths: { readonly [path: string]: PathItem };
    readonly components: { readonly schemas: { readonly [name: string]: JsonSchema } };
  };
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters = [], requestBody, responses }]): Operation => {
      const answers = Object.entries(responses).map(([status, { content }]) => {
        const schema = content?.['application/json']?.schema;
        const check = schema && z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
        return [Number(status), { ...(check && { check }), isText: content?.['text/plain'] !== undefined }] as const;
      });
      const body = requestBody?.content['application/json']?.schema;
      return { method: method.toUpperCase(), path, parameters, ...(body && { body }), answers: new Map(answers) };
    }),
  );
  const checkOf = (name: string) =>
    z.fromJSONSchema(components.schemas[name] as Parameters<typeof z.fromJSONSchema>[0]);
  return { all, error: checkOf('Error'), personalizerError: checkOf('PersonalizerError') };
}

/** A document with its references replaced by what they refer to. */
function resolved(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, document));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value as { readonly $ref?: unknown };
  if (typeof $ref === 'string') {
    const target = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
    return resolved(target, document);
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, document)]));
}
