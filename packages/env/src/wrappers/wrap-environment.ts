import { checkSpecification, type Environment, InvalidOptionError } from '@ialp/core';

/**
 * Writes a wrapper: an environment with some members of its own and all other members of the environment that it wraps, such as
 * `catalogue`, `statistics` and those of your own class, inherited members and accessors included. Members are read on access,
 * and methods run on the wrapped environment.
 *
 * ```ts
 * const halved = wrapEnvironment(env, {
 *   step(...args: Parameters<Environment['step']>) {
 *     const step = env.step(...args);
 *     return { ...step, reward: step.reward.map((reward) => reward / 2) };
 *   },
 * });
 * ```
 *
 * Pass all arguments on, as above: `step` of an environment from `withInteractionLog` also takes propensities.
 *
 * `checkpoint` and `restore` are those of the environment, too. A wrapper with state of its own replaces both, as its state would otherwise
 * not be in the checkpoints; `checkpointMembers` makes them:
 *
 * ```ts
 * const shown = new Int32Array(env.spec.sessions);
 * const counted = wrapEnvironment(env, {
 *   // ... reset and step, which change `shown`
 *   ...checkpointMembers(env, {
 *     checkpoint: () => ({ shown: shown.slice() }),
 *     read(reader) {
 *       const saved = reader.array('shown', Int32Array, shown.length);
 *       return () => shown.set(saved);
 *     },
 *   }),
 * });
 * ```
 *
 * A wrapper that changes observations replaces `restore`, too: it returns an observation.
 * @param members members that replace those of `environment`, or are new.
 * @throws {InvalidOptionError} if `environment` is not an environment.
 */
export function wrapEnvironment<E extends Environment, M extends object>(environment: E, members: M): E & M {
  checkEnvironmentArgument(environment);
  const wrapper: object = { specificationVersion: 'v2' };
  const bound = new Map<unknown, unknown>();
  const read = (key: PropertyKey): unknown => {
    const value: unknown = Reflect.get(environment, key);
    if (typeof value !== 'function') return value;
    // The same function at each access, as on the environment itself.
    if (!bound.has(value)) bound.set(value, value.bind(environment));
    return bound.get(value);
  };
  for (let owner: object | null = environment; owner !== null && owner !== Object.prototype; owner = parentOf(owner)) {
    for (const [key, { enumerable = false }] of descriptorsOf(owner)) {
      if (key === 'constructor' || Object.hasOwn(wrapper, key)) continue;
      const set = (value: unknown): boolean => Reflect.set(environment, key, value);
      Object.defineProperty(wrapper, key, { configurable: true, enumerable, get: () => read(key), set });
    }
  }
  Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(members));
  return wrapper as E & M;
}

/** Throws unless the argument is an environment. @throws {InvalidOptionError} */
export function checkEnvironmentArgument(environment: Environment): void {
  const expected = "an environment, with 'spec', 'reset' and 'step'";
  checkSpecification('environment', environment, ['reset', 'step'], expected, 'v2');
  if (typeof environment.spec !== 'object' || environment.spec === null) {
    throw new InvalidOptionError('environment', environment, expected);
  }
}

function parentOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

function descriptorsOf(object: object): [key: PropertyKey, descriptor: PropertyDescriptor][] {
  return Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key) ?? {}]);
}
