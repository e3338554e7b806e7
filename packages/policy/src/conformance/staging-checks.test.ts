import { createRandom } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { expect, test } from 'vitest';
import type { Network, Weights } from '../network.js';
import type { Staging } from '../staging.js';
import { rightNetwork, Wrapped } from '../test-support/network.js';
import { stagedWeightsChecks } from './staging-checks.js';

const options = { createRandom };
const [STAGED, REFUSED, CHANGED, REVISION] = stagedWeightsChecks(rightNetwork, options).map(({ name }) => name);

/** A network that stages weights in another way. */
function staging(stage: (right: Network, weights: Weights) => Staging) {
  return (seed: number): Network =>
    new (class extends Wrapped {
      stageWeights(weights: Weights): Staging {
        return stage(this.right, weights);
      }
    })(rightNetwork(seed));
}

const FAULTS: { rule: string | undefined; fault: string; make: (seed: number) => Network }[] = [
  {
    rule: STAGED,
    fault: 'sets the weights in the first step',
    make: staging(function* (right, weights) {
      right.setWeights(weights);
      yield;
      return () => {};
    }),
  },
  {
    rule: STAGED,
    fault: 'leaves its hidden layer as it is',
    make: staging((right, weights) => right.stageWeights!({ ...weights, hidden: right.weights()['hidden'] })),
  },
  {
    rule: REFUSED,
    fault: 'sets the tensors before the broken one',
    make: staging(function* (right, weights) {
      for (const [name, tensor] of Object.entries(weights)) {
        yield;
        right.setWeights({ ...right.weights(), [name]: tensor });
      }
      return () => {};
    }),
  },
  {
    rule: REFUSED,
    fault: 'checks the weights when it sets them',
    make: staging(function* (right, weights) {
      yield;
      return () => right.setWeights(weights);
    }),
  },
  {
    rule: CHANGED,
    fault: 'does not set weights that it had when the staging began',
    make: staging(function* (right, weights) {
      const isSame = right.weights()['actor'].data.every((value, k) => value === weights['actor'].data[k]);
      yield;
      return () => {
        if (!isSame) right.setWeights(weights);
      };
    }),
  },
  {
    rule: REVISION,
    fault: 'always has the same revision',
    make: (seed) =>
      new (class extends Wrapped {
        readonly revision = 1;
      })(rightNetwork(seed)),
  },
];

test.each(FAULTS)('$rule: a network that $fault is found', ({ rule, make }) => {
  const check = stagedWeightsChecks(make, options).find(({ name }) => name === rule);
  expect(check?.run).toThrow(ConformanceError);
});

test.each(stagedWeightsChecks(rightNetwork, options))('the built-in network: $name', ({ run }) => run());
