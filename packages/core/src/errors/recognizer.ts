/** Recognises the errors of one class. */
export interface ErrorRecognizer<E extends Error> {
  /** Like `instanceof`, and also true for errors of another copy of the package. */
  (value: unknown): value is E;
  /** String that identifies the class, the same in every copy of its package. */
  readonly marker: string;
}

/**
 * Creates the `isInstance` of an error class, for a static property of each class: `static override readonly isInstance
 * = recognizerOf<MyError>('my-package.error.my')`.
 */
export function recognizerOf<E extends Error>(marker: string): ErrorRecognizer<E> {
  const isInstance = (value: unknown): value is E => {
    for (let prototype = value; isObject(prototype); prototype = Object.getPrototypeOf(prototype)) {
      if (Object.hasOwn(prototype, 'constructor') && markerOf(prototype.constructor) === marker) return true;
    }
    return false;
  };
  return Object.assign(isInstance, { marker });
}

/** The marker of an error class, or undefined. */
function markerOf(type: unknown): unknown {
  const { isInstance } = (typeof type === 'function' ? type : {}) as {
    readonly isInstance?: { readonly marker?: unknown };
  };
  return isInstance?.marker;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
