import { endAfter, TRAJECTORY_END } from '@ialp/core';
import { expect, test } from 'vitest';
import type { Gate } from '../gate.js';
import { ConformanceError, gateChecks } from './index.js';

const runAll = (make: () => Gate): void => {
  for (const check of gateChecks(make)) check.run();
};

let made = 0;

/** A gate whose weight follows the number of updates that it has seen, with a fault. */
function learning(fault: {
  readonly observe?: NonNullable<Gate['observe']>;
  readonly restore?: NonNullable<Gate['restore']>;
  readonly weightOf?: (updates: number) => number;
}): Gate {
  let updates = 0;
  return {
    specificationVersion: 'v2',
    weigh: (_, weights) => void weights.fill(fault.weightOf?.(updates) ?? 1 / (1 + updates)),
    observe(experience) {
      updates++;
      fault.observe?.(experience);
    },
    checkpoint: () => ({ updates }),
    restore:
      fault.restore ??
      ((checkpoint) => {
        updates = checkpoint['updates'] as number;
      }),
  };
}

test('a gate that learns and keeps the rules passes', () => {
  runAll(() => learning({}));
});

test.each<[fault: string, make: () => Gate]>([
  ['another version', () => ({ specificationVersion: 'v3' as 'v2', weigh: (_, weights) => void weights.fill(0.5) })],
  ['a weight above 1', () => ({ specificationVersion: 'v2', weigh: (_, weights) => void weights.fill(1.01) })],
  [
    'a weight that is not a number',
    () => ({ specificationVersion: 'v2', weigh: (_, weights) => void weights.fill(Number.NaN) }),
  ],
  ['a row that is left out', () => ({ specificationVersion: 'v2', weigh: (_, weights) => void weights.fill(0.5, 1) })],
  [
    'weights that fall below 0 in the end',
    () => ({ specificationVersion: 'v2', weigh: ({ interactions }, w) => void w.fill(1 - interactions / 1e5) }),
  ],
  [
    'gates that differ from one another',
    () => {
      made++;
      return { specificationVersion: 'v2', weigh: (_, weights) => void weights.fill(1 / made) };
    },
  ],
  [
    'a gate that moves on when it is asked',
    () => {
      let asked = 0;
      return { specificationVersion: 'v2', weigh: (_, weights) => void weights.fill(1 / ++asked) };
    },
  ],
  [
    'a gate that writes into the observation',
    () => ({
      specificationVersion: 'v2',
      weigh({ observation }, weights) {
        observation.available.fill(0);
        weights.fill(0.5);
      },
    }),
  ],
  [
    'a gate that writes into the trajectories',
    () => learning({ observe: ({ trajectories }) => void trajectories.reward.fill(0) }),
  ],
  [
    'a gate that writes into the propensities',
    () => learning({ observe: (seen) => void seen.propensities().online.fill(1) }),
  ],
  ['a weight above 1 after the third update', () => learning({ weightOf: (updates) => updates / 2 })],
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

test('gateChecks catch a gate that forgets the open sessions of its checkpoint', () => {
  /** The weight follows the rewards of ended sessions, which a checkpoint contains, and those of open ones, which it does not. */
  const forgetful = (): Gate => {
    let ended = 0;
    const open = new Map<number, number>();
    return {
      specificationVersion: 'v2',
      weigh: (_, weights) => void weights.fill(1 / (1 + ended)),
      observe({ trajectories }) {
        const { rows, states, reward } = trajectories;
        for (let row = 0; row < rows; row++) {
          const key = states.session[row];
          open.set(key, (open.get(key) ?? 0) + reward[row]);
          if (endAfter(trajectories, row) === TRAJECTORY_END.open) continue;
          ended += open.get(key) ?? 0;
          open.delete(key);
        }
      },
      checkpoint: () => ({ ended }),
      restore(checkpoint) {
        ended = checkpoint['ended'] as number;
        open.clear();
      },
    };
  };
  const resumed = gateChecks(forgetful).find(({ name }) => name === 'a restored gate continues as the original');
  expect(() => resumed?.run()).toThrow(/after experience 4 .* the original has weights .*, the restored gate/);
});

test('a gate that observes and cannot be checkpointed is inconclusive, as no deployment with it can be resumed', () => {
  const { checkpoint: _, restore: __, ...gate } = learning({});
  expect(() => runAll(() => gate)).toThrow(/^inconclusive: the gate has observe, but no checkpoint and restore/);
  const { observe: ___, ...fixed } = gate;
  runAll(() => fixed);
});

test('a gate of version 1 is told how to change, and nothing else is checked', () => {
  const first = {
    specificationVersion: 'v1',
    weigh: (_: unknown, weights: Float32Array) => void weights.fill(0.5),
    observe: ({ rollout }: { readonly rollout: { readonly steps: number } }) => void rollout.steps,
  };
  const [check, ...others] = gateChecks(() => first as never);
  expect(() => check.run()).toThrow(ConformanceError);
  expect(() => check.run()).toThrow(
    /specificationVersion: expected 'v2', version 2 of the interface: observe trajectories instead of a rollout \(sessions by key, chosenBy/,
  );
  for (const { run } of others) expect(run).toThrow(/^not run: specificationVersion is "v1" instead of 'v2'$/);
});
