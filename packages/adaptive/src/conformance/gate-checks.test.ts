import { expect, test } from 'vitest';
import type { Gate } from '../gate.js';
import { ConformanceError, gateChecks } from './index.js';

const runAll = (make: () => Gate): void => {
  for (const check of gateChecks(make)) check.run();
};

let made = 0;

/** A gate whose weight follows the number of rollouts that it has seen, with a fault. */
function learning(fault: {
  readonly observe?: NonNullable<Gate['observe']>;
  readonly restore?: NonNullable<Gate['restore']>;
  readonly weightOf?: (rollouts: number) => number;
}): Gate {
  let rollouts = 0;
  return {
    specificationVersion: 'v1',
    weigh: (_, weights) => void weights.fill(fault.weightOf?.(rollouts) ?? 1 / (1 + rollouts)),
    observe(experience) {
      rollouts++;
      fault.observe?.(experience);
    },
    checkpoint: () => ({ rollouts }),
    restore:
      fault.restore ??
      ((checkpoint) => {
        rollouts = checkpoint['rollouts'] as number;
      }),
  };
}

test('a gate that learns and keeps the rules passes', () => {
  runAll(() => learning({}));
});

test.each<[fault: string, make: () => Gate]>([
  ['another version', () => ({ specificationVersion: 'v2' as 'v1', weigh: (_, weights) => void weights.fill(0.5) })],
  ['a weight above 1', () => ({ specificationVersion: 'v1', weigh: (_, weights) => void weights.fill(1.01) })],
  [
    'a weight that is not a number',
    () => ({ specificationVersion: 'v1', weigh: (_, weights) => void weights.fill(Number.NaN) }),
  ],
  [
    'a session that is left out',
    () => ({ specificationVersion: 'v1', weigh: (_, weights) => void weights.fill(0.5, 1) }),
  ],
  [
    'weights that fall below 0 in the end',
    () => ({ specificationVersion: 'v1', weigh: ({ interactions }, w) => void w.fill(1 - interactions / 1e5) }),
  ],
  [
    'gates that differ from one another',
    () => {
      made++;
      return { specificationVersion: 'v1', weigh: (_, weights) => void weights.fill(1 / made) };
    },
  ],
  [
    'a gate that moves on when it is asked',
    () => {
      let asked = 0;
      return { specificationVersion: 'v1', weigh: (_, weights) => void weights.fill(1 / ++asked) };
    },
  ],
  [
    'a gate that writes into the observation',
    () => ({
      specificationVersion: 'v1',
      weigh({ observation }, weights) {
        observation.mask.fill(0);
        weights.fill(0.5);
      },
    }),
  ],
  ['a gate that writes into the rollout', () => learning({ observe: ({ rollout }) => void rollout.reward.fill(0) })],
  [
    'a gate that writes into the propensities',
    () => learning({ observe: (seen) => void seen.propensities().online.fill(1) }),
  ],
  ['a weight above 1 after the third rollout', () => learning({ weightOf: (rollouts) => rollouts / 2 })],
  ['a checkpoint that restores nothing', () => learning({ restore: () => undefined })],
  [
    'a checkpoint without restore',
    () => {
      const { restore, ...gate } = learning({});
      return gate;
    },
  ],
])('gateChecks catch %s', (_, make) => {
  expect(() => runAll(make)).toThrow(ConformanceError);
});
