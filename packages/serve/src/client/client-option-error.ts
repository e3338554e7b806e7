const MARKER = 'ialp.serve.error.client-option';
/** Longest part of a value in a message. */
const MAX_CHARACTERS = 60;
const BRAND = Symbol.for(MARKER);

function isInstance(value: unknown): value is ClientOptionError {
  return BRAND in Object(value);
}

/** An option of `createClient` is missing, of the wrong type or out of range. No class of `@ialp/core`, as the client imports nothing. */
export class ClientOptionError extends Error {
  /** Like `instanceof`, and also true for errors of another copy of the package. */
  static readonly isInstance: typeof isInstance & { readonly marker: string } = /* @__PURE__ */ Object.assign(
    isInstance,
    { marker: MARKER },
  );
  override name = 'ClientOptionError';
  /** Name of the option, as in the caller's code. */
  readonly option: string;

  /**
   * @param found what was passed.
   * @param expected what was expected; continues the message after "expected".
   */
  constructor(option: string, found: unknown, expected: string) {
    super(`${option}: expected ${expected}; found ${String(found).slice(0, MAX_CHARACTERS)}.`);
    this.option = option;
  }

  get [BRAND](): true {
    return true;
  }
}
