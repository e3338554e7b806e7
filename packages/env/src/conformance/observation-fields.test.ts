import type { Observation } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { allowedItems } from '../test-support/allowed.js';
import { makeRing } from '../test-support/environment.js';
import { checkEnvironment, environmentChecks, type MakeEnvironment } from './environment-checks.js';

describe('an environment of version 1 of the interface', () => {
  /** The ring as it was: slots, and a mask of each. */
  const observationOf = (observation: Observation): Observation => {
    const { rows, session: _, available: __, exclusions: ___, ...rest } = observation;
    const mask = Uint8Array.from(
      Array.from({ length: rows }, (_row, slot) => {
        const allowed = allowedItems(observation, slot);
        return Array.from({ length: 9 }, (_item, item) => (allowed.includes(item) ? 1 : 0));
      }).flat(),
    );
    return { sessions: rows, mask, ...rest } as never;
  };
  const makeFirst = (specificationVersion: string): MakeEnvironment => {
    return (sessions) => {
      const env = makeRing(sessions);
      return {
        specificationVersion: specificationVersion as 'v2',
        spec: env.spec,
        reset: (options) => observationOf(env.reset(options)),
        step(actions) {
          const step = env.step(actions);
          return { ...step, observation: observationOf(step.observation) };
        },
      };
    };
  };
  const remedy =
    /rename its `sessions` to `rows`, add `session` with the key of the session in each row, and replace `mask` by `available` and `exclusions`/;

  test('fails the first rule with what to change, and no other rule is run', () => {
    const [version, ...others] = environmentChecks(makeFirst('v1'));
    expect(version.name).toBe("specificationVersion is 'v2'");
    expect(() => version.run()).toThrow(
      /^specificationVersion: expected 'v2', version 2 of the interface: rename sessions of observations to rows, add session with the key of the session in each row, and replace mask by available and exclusions; found "v1"$/,
    );
    for (const check of others) expect(() => check.run()).toThrow(/^not run: specificationVersion is "v1"/);
    // Test runners that can skip report the others as skipped.
    const skipped: string[] = [];
    for (const check of others) check.run({ skip: (reason) => void skipped.push(reason) });
    expect(new Set(skipped)).toEqual(new Set([`not run: specificationVersion is "v1" instead of 'v2'`]));
  });

  test('fails with what to change if only its version is 2', () => {
    expect(() => checkEnvironment(makeFirst('v2'))).toThrow(remedy);
    expect(() => checkEnvironment(makeFirst('v2'))).toThrow(
      /^observation: expected rows, session, available, exclusions; found no rows, session, available, exclusions\. /,
    );
  });
});
