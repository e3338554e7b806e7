import fc from 'fast-check';
import type { JsonSchema, Operation } from './document-operations.js';

/** A request to send. */
export interface FuzzedRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '.',
  '..',
  '%',
  '%2F',
  'a/b',
  '\u0000',
  'é',
  '😀',
  '🏳️‍🌈',
  'ﷺ',
];

/** Requests near to what a document describes, and far from it. */
export interface RequestPools {
  /** Ids that the server knows, of any kind. */
  readonly ids: readonly string[];
  /** Authorization headers. */
  readonly authorizations: readonly (string | undefined)[];
  /** Size above which bodies are refused. */
  readonly maxBodyBytes: number;
}

/** Requests to an operation: mostly near to valid, some wild. */
export function requestsTo(operation: Operation, pools: RequestPools): fc.Arbitrary<FuzzedRequest> {
  const id = idsOf(pools);
  return fc
    .record({
      method: rarely(
        operation.method,
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND'),
      ),
      target: targetOf(operation, id),
      body: bodyOf(operation, id, pools),
      contentType: rarely(
        'application/json',
        fc.constantFrom(
          undefined,
          'text/plain',
          'application/json; charset=utf-8',
          'multipart/form-data; boundary=x',
          'x',
        ),
      ),
      authorization: fc.constantFrom(...pools.authorizations),
      key: fc.option(fc.stringMatching(/^[\x21-\x7e]{1,40}$/), { nil: undefined, freq: 3 }),
      origin: fc.option(fc.constantFrom('null', 'https://evil.example', 'x'), { nil: undefined, freq: 10 }),
    })
    .map(({ method, target, body, contentType, authorization, key, origin }) => ({
      method,
      target,
      body,
      headers: {
        ...(contentType !== undefined && body !== undefined && { 'content-type': contentType }),
        ...(authorization !== undefined && { authorization }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(origin !== undefined && { origin }),
      },
    }));
}

function idsOf({ ids }: RequestPools): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...ids) },
    { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(1_024), 'é'.repeat(512), 'x'.repeat(1_025), '😀'.repeat(300)) },
  );
}

function targetOf({ path, parameters }: Operation, id: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const segment = fc.oneof(
    { weight: 20, arbitrary: id.map((text) => encoded(text)) },
    { weight: 1, arbitrary: fc.constantFrom('%', '%C3%28', '%zz', '..', '%2e%2e', '//', '?', '%00', '%ED%A0%80') },
  );
  const queries = parameters.filter((parameter) => parameter.in === 'query');
  const value = fc.oneof(
    fc.integer({ min: -2, max: 2_000 }).map(String),
    id.map((text) => encoded(text)),
  );
  const query = fc.array(fc.tuple(fc.constantFrom(...queries.map(({ name }) => name), 'other'), value), {
    maxLength: 3,
  });
  return fc.tuple(fc.array(segment, { minLength: 3, maxLength: 3 }), rarely([], query)).map(([segments, pairs]) => {
    const rest = segments.values();
    const filled = path.replace(/\{[^}]+\}/g, () => rest.next().value!);
    return pairs.length === 0 ? filled : `${filled}?${pairs.map((pair) => pair.join('=')).join('&')}`;
  });
}

function bodyOf(
  operation: Operation,
  id: fc.Arbitrary<string>,
  pools: RequestPools,
): fc.Arbitrary<string | Buffer | undefined> {
  if (operation.body === undefined)
    return rarely(
      undefined,
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
  const near = nearTo(operation.body, id).map((value) => JSON.stringify(value));
  const { maxBodyBytes } = pools;
  return fc.oneof(
    { weight: 40, arbitrary: near },
    { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.tuple(near, fc.nat(200)).map(([text, end]) => text.slice(0, end)) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        `"${'x'.repeat(maxBodyBytes)}"`,
        `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
        `{"session":"a","exclude":[${'0,'.repeat(12_000)}0]}`,
        `{"actions":[{"id":"a","features":[${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}]}]}`,
        '{"__proto__":{"session":"a"},"session":"s0"}',
      ),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** Values near to a schema: mostly valid, with a field missing, of another type, or too many at times. */
function nearTo(schema: JsonSchema, id: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 25, arbitrary: validFor(schema, id) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

function validFor(schema: JsonSchema, id: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const types = [schema['type'] ?? 'any'].flat() as string[];
  const minimum = (schema['minimum'] as number | undefined) ?? -1e3;
  const maximum = (schema['maximum'] as number | undefined) ?? 1e3;
  const byType: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
    any: () => fc.jsonValue({ maxDepth: 3 }),
    null: () => fc.constant(null),
    boolean: () => fc.boolean(),
    string: () => id,
    integer: () =>
      rarely(undefined, fc.constantFrom(0, -1, 1e15, 1e300, 0.5)).chain((odd) =>
        odd === undefined ? fc.integer({ min: Math.ceil(minimum), max: Math.min(maximum, 20) }) : fc.constant(odd),
      ),
    number: () =>
      fc.oneof(
        { weight: 8, arbitrary: fc.double({ min: minimum, max: maximum, noNaN: true }) },
        fc.constantFrom(1e308, -1e308, 5e-324, 0),
      ),
    array: () =>
      fc.array(nearTo((schema['items'] ?? {}) as JsonSchema, id), {
        minLength: (schema['minItems'] as number) ?? 0,
        maxLength: 6,
      }),
    object: () => objectFor(schema, id),
  };
  return fc.oneof(...types.map((type) => byType[type]!()));
}

function objectFor(schema: JsonSchema, id: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = (schema['required'] ?? []) as string[];
  const known = fc.tuple(
    ...fields.map(([name, field]) => {
      const value = nearTo(field, id);
      const isPresent = required.includes(name)
        ? rarely(true, fc.constant(false))
        : fc.integer({ max: 3, min: 0 }).map((k) => k === 0);
      return fc.tuple(isPresent, value).map(([present, each]) => (present ? [[name, each] as const] : []));
    }),
  );
  const others = (schema['additionalProperties'] || {}) as JsonSchema;
  const odd = fc.array(fc.tuple(id, nearTo(others, id)), { maxLength: 2 });
  const isOpen = fields.length === 0;
  return fc
    .tuple(known, isOpen ? odd : rarely([], odd))
    .map(([pairs, more]) => Object.fromEntries([...pairs.flat(), ...more]));
}

/** One value in nine cases of ten, otherwise an odd one. */
function rarely<Usual, Odd>(usual: Usual, odd: fc.Arbitrary<Odd>): fc.Arbitrary<Usual | Odd> {
  return fc.oneof({ weight: 15, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
}

/** Percent-encoded text. Lone surrogates, which have no encoding, become question marks. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
