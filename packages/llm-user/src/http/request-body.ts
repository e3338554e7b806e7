import { InvalidOptionError } from '../errors.js';

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
  for (const [option, names] of Object.entries({ omitParameters, renameParameters: Object.keys(renameParameters) })) {
    const wrong = names.find((name) => REQUIRED.includes(name) || name === '');
    if (wrong !== undefined)
      throw new InvalidOptionError(option, wrong, `names of parameters other than ${REQUIRED.join(', ')}`);
  }
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

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
