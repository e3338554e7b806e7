import { type ConformanceCheck, checkRule } from '@ialp/core/testing';

/** The rule that an implementation names the version of the interface it implements. */
export function specificationCheck(make: () => { readonly specificationVersion: unknown }): ConformanceCheck {
  return {
    name: "specificationVersion is 'v1'",
    run() {
      const { specificationVersion: found } = make();
      checkRule(found === 'v1', `specificationVersion: expected 'v1'; found ${String(found)}`);
    },
  };
}
