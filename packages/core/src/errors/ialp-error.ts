/** What `isInstance` needs to know of an error class. */
interface ErrorClass {
  readonly marker: string;
}

/**
 * The base of every error that an ialp package throws on purpose. Each class has a `marker`, a text of its own that is the same
 * in every copy of its package, so that `isInstance` recognises errors across copies.
 */
export class IalpError extends Error {
  static readonly marker: string = 'ialp.error';
  override name = 'IalpError';

  /** Like `instanceof`, and also true for errors of another copy of the package. */
  static isInstance<Class extends abstract new (...args: never) => IalpError>(
    this: Class & ErrorClass,
    value: unknown,
  ): value is InstanceType<Class> {
    for (let prototype = value; isObject(prototype); prototype = Object.getPrototypeOf(prototype)) {
      if (!Object.hasOwn(prototype, 'constructor')) continue;
      const type: unknown = prototype.constructor;
      // biome-ignore lint/complexity/noThisInStatic: `this` is the class that is asked, which may be a subclass.
      if (typeof type === 'function' && 'marker' in type && type.marker === this.marker) return true;
    }
    return false;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
