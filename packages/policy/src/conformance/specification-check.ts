import { type ConformanceCheck, checkRule } from '@ialp/core/testing';

/** How to change an implementation of the first edition. */
const SECOND_EDITION =
  'rows of observations are decisions now: rename sessions to rows, read session keys, available and exclusions instead of masks, ' +
  'give distributions top(count) and slates, and learn from trajectories instead of rollouts';

/** The rule that an implementation names the version of the interface it implements. */
export function specificationCheck(make: () => { readonly specificationVersion: unknown }): ConformanceCheck {
  return {
    name: "specificationVersion is 'v2'",
    run() {
      const { specificationVersion: found } = make();
      const remedy = found === 'v1' ? `, the first edition: ${SECOND_EDITION}` : '';
      checkRule(found === 'v2', `specificationVersion: expected 'v2'; found ${String(found)}${remedy}`);
    },
  };
}
