import { InvalidOptionError } from '@ialp/core';

type Body = Readonly<Record<string, unknown>>;

/** What of a request's body is not as usual: servers differ in the parameters that they take. */
export interface BodyOptions {
  /** Parameters to leave out, by the names that they have here: `['seed', 'temperature']`. Default: none. */
  readonly omitParameters?: readonly string[];
  /** Other names for parameters: `{ max_tokens: 'max_completion_tokens' }`. Default: none. */
  readonly renameParameters?: Readonly<Record<string, string>>;
  /** Fields to add to the body, or to put in place of those there: `{ reasoning_effort: 'low' }`, `{ think: false }`. Default: none. */
  readonly extraBody?: Body;
}

/** Names of the `BodyOptions`. */
export const BODY_OPTIONS = ['omitParameters', 'renameParameters', 'extraBody'] as const;

/** Changes a body by the options. */
export interface BodyShape {
  apply(body: Body): Record<string, unknown>;
  /** What the options were, for a fingerprint; empty where they change nothing. */
  readonly fingerprint: Body;
}

/** What a request cannot do without. */
const REQUIRED = ['model', 'messages'];

/**
 * @param nested a field of the body that holds parameters of its own, as Ollama's `options` does: they are left out and renamed
 *   there, and added to what is there.
 * @throws {InvalidOptionError} for options that take away what a request cannot do without.
 */
export function bodyShape(options: BodyOptions, nested?: string): BodyShape {
  const { omitParameters = [], renameParameters = {}, extraBody = {} } = options;
  if (!Array.isArray(omitParameters) || !omitParameters.every((name) => typeof name === 'string'))
    throw new InvalidOptionError('omitParameters', omitParameters, "a list of names, such as ['seed']");
  if (!isObject(renameParameters)) {
    const expected = "an object of names, such as { max_tokens: 'max_completion_tokens' }";
    throw new InvalidOptionError('renameParameters', renameParameters, expected);
  }
  if (!isObject(extraBody))
    throw new InvalidOptionError('extraBody', extraBody, "an object of fields, such as { reasoning_effort: 'low' }");
  checkJson('extraBody', extraBody);
  for (const [option, names] of Object.entries({ omitParameters, renameParameters: Object.keys(renameParameters) })) {
    const wrong = names.find((name) => REQUIRED.includes(name) || name === '');
    if (wrong !== undefined)
      throw new InvalidOptionError(option, wrong, `names of parameters other than ${REQUIRED.join(', ')}`);
  }
  checkNewNames(renameParameters);
  if (REQUIRED.some((name) => name in extraBody) || 'stream' in extraBody) {
    throw new InvalidOptionError(
      'extraBody',
      JSON.stringify(extraBody),
      'fields other than model, messages and stream',
    );
  }
  const change = (fields: Body): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(([name]) => !omitParameters.includes(name))
        .map(([name, value]) => [renameParameters[name] ?? name, value]),
    );
  return {
    apply(body) {
      const changed = change(body);
      if (nested === undefined || !isObject(changed[nested])) return { ...changed, ...extraBody };
      const added = extraBody[nested];
      return { ...changed, ...extraBody, [nested]: { ...change(changed[nested]), ...(isObject(added) && added) } };
    },
    fingerprint: {
      ...(omitParameters.length > 0 && { omitParameters: [...omitParameters].sort() }),
      ...(Object.keys(renameParameters).length > 0 && { renameParameters }),
      ...(Object.keys(extraBody).length > 0 && { extraBody }),
    },
  };
}

/** @throws {InvalidOptionError} for a new name that a request needs for something else, or that two parameters would share. */
function checkNewNames(renameParameters: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(renameParameters);
  const names = entries.map(([, name]) => name);
  for (const [k, [name, renamed]] of entries.entries()) {
    const isReserved = typeof renamed !== 'string' || renamed === '' || [...REQUIRED, 'stream'].includes(renamed);
    if (isReserved || names.indexOf(renamed) !== k) {
      const expected = `a name other than ${REQUIRED.join(', ')} and stream, and one for each parameter`;
      throw new InvalidOptionError(`renameParameters.${name}`, renamed, expected);
    }
  }
}

/** @throws {InvalidOptionError} for values that JSON does not have: they could not be sent. */
export function checkJson(option: string, content: Body): void {
  const refuse = (found: string): never => {
    throw new InvalidOptionError(
      option,
      found,
      'values that JSON has: texts, finite numbers, true, false, null, lists, objects',
    );
  };
  try {
    JSON.stringify(content, (key, value: unknown) => {
      const isNone =
        ['bigint', 'function', 'symbol'].includes(typeof value) ||
        (typeof value === 'number' && !Number.isFinite(value));
      return isNone ? refuse(`${key}: ${String(value)} (${typeof value})`) : value;
    });
  } catch (error) {
    if (error instanceof InvalidOptionError) throw error;
    refuse(error instanceof Error ? error.message.split('\n')[0] : String(error));
  }
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
