import { changesSinceVersion1, type VersionedInterface } from '../checks/interface-versions.js';
import { show } from '../errors/show.js';
import { type ConformanceCheck, ConformanceError } from './checks.js';

/** A value of an interface that has a version. */
interface Versioned {
  readonly specificationVersion: unknown;
}

const VERSION = 'v2';

/**
 * The first rule of a suite: an implementation names version 2 of the interface. For version 1 the message says what to change in
 * implementations of this interface.
 * @param make makes the implementation.
 */
export function versionCheck(name: VersionedInterface, make: () => Versioned): ConformanceCheck {
  return {
    name: `specificationVersion is '${VERSION}'`,
    run() {
      const found = (make() as Versioned | undefined)?.specificationVersion;
      if (found === VERSION) return;
      const changes = found === 'v1' ? `, ${changesSinceVersion1(name)}` : '';
      throw new ConformanceError(`specificationVersion: expected '${VERSION}'${changes}; found ${show(found)}`);
    },
  };
}

/**
 * `make` for all other rules of a suite. For an implementation of another version it throws in one line that the rule was not run: what the
 * rule would find there says nothing.
 */
export function ofVersion2<Arguments extends readonly unknown[], Made extends Versioned>(
  make: (...given: Arguments) => Made,
): (...given: Arguments) => Made {
  return (...given) => {
    const made = make(...given);
    const found = (made as Versioned | undefined)?.specificationVersion;
    if (found === VERSION) return made;
    const message = `not run: specificationVersion is ${show(found)} instead of '${VERSION}'`;
    throw new ConformanceError(message, { inconclusive: true });
  };
}
