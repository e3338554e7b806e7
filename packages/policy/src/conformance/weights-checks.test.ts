import { createRandom } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { expect, test } from 'vitest';
import type { Network, Weights } from '../network.js';
import { rightNetwork, type Step, Wrapped } from '../test-support/network.js';
import { weightsChecks } from './weights-checks.js';

const options = { createRandom };

/** A network that loads weights in another way. */
function loading(load: (right: Network, weights: Weights) => void) {
  return (seed: number): Network =>
    new (class extends Wrapped {
      override setWeights(weights: Weights): void {
        load(this.right, weights);
      }
    })(rightNetwork(seed));
}

/** Weights where what is not finite became 0. */
function cleaned(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => (Number.isFinite(value) ? value : 0)) },
    ]),
  );
}

const FAULTS: { rule: string; fault: string; make: (seed: number) => Network }[] = [
  {
    rule: 'the same seed gives the same weights, another seed others',
    fault: 'is always the same',
    make: () => new Wrapped(rightNetwork(3)),
  },
  {
    rule: 'weights are a copy, and can be set again',
    fault: 'keeps its hidden layer when it loads',
    make: loading((right, weights) => right.setWeights({ ...weights, hidden: right.weights()['hidden'] })),
  },
  {
    rule: 'weights that do not fit or are not finite are refused, and change nothing',
    fault: 'takes what is not finite for 0',
    make: loading((right, weights) => right.setWeights(cleaned(weights))),
  },
  {
    rule: 'weights that do not fit or are not finite are refused, and change nothing',
    fault: 'takes the tensors before the broken one',
    make: loading((right, weights) => {
      for (const [name, tensor] of Object.entries(weights)) right.setWeights({ ...right.weights(), [name]: tensor });
      right.setWeights(weights);
    }),
  },
  {
    rule: 'weights that do not fit or are not finite are refused, and change nothing',
    fault: 'fills in what is missing',
    make: loading((right, weights) => right.setWeights({ ...right.weights(), ...weights })),
  },
  {
    rule: 'a copy has the same weights, and is independent',
    fault: 'copies itself by reference',
    make: (seed) =>
      new (class extends Wrapped {
        override copy(): Network {
          return this.right;
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'a copy has a new optimiser',
    fault: 'hands its optimiser to the copy',
    make: (seed) =>
      new (class extends Wrapped {
        readonly #history: Step[] = [];
        override trainStep(...step: Step): ReturnType<Network['trainStep']> {
          this.#history.push(step);
          return this.right.trainStep(...step);
        }
        // The same first weights and the same steps make the same moments.
        override copy(): Network {
          const twin = rightNetwork(seed);
          for (const step of this.#history) twin.trainStep(...step);
          return twin;
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'from a training state, training continues bit for bit',
    fault: 'takes the weights alone',
    make: (seed) =>
      new (class extends Wrapped {
        override setTrainingState(state: Weights): void {
          this.right.setWeights(
            Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith('optimizer'))),
          );
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'from a training state, training continues bit for bit',
    fault: 'gives its state by reference',
    make: (seed) =>
      new (class extends Wrapped {
        #given: Weights = {};
        override trainingState(): Weights {
          this.#given = this.right.trainingState();
          return this.#given;
        }
        override trainStep(...step: Step): ReturnType<Network['trainStep']> {
          if (Object.keys(this.#given).length > 0) this.right.setTrainingState(this.#given);
          return this.right.trainStep(...step);
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'training states that do not fit or are not finite are refused, and change nothing',
    fault: 'takes what is not finite for 0',
    make: (seed) =>
      new (class extends Wrapped {
        override setTrainingState(state: Weights): void {
          this.right.setTrainingState(cleaned(state));
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'scaling the actor by 1 changes nothing, by 0 makes it uniform, and leaves the critic unchanged',
    fault: 'leaves its biases as they are',
    make: (seed) =>
      new (class extends Wrapped {
        override scaleActor(factor: number): void {
          const { actorBias, ...before } = this.right.weights();
          this.right.setWeights({ ...before, actorBias });
          this.right.scaleActor(factor);
          this.right.setWeights({ ...this.right.weights(), actorBias });
        }
      })(rightNetwork(seed)),
  },
];

test.each(FAULTS)('$rule: a network that $fault is found', ({ rule, make }) => {
  const check = weightsChecks(make, options).find(({ name }) => name === rule);
  expect(check, `no check of the name "${rule}"`).toBeDefined();
  expect(() => check?.run()).toThrow(ConformanceError);
});

test('every rule has a planted fault', () => {
  const rules = weightsChecks(rightNetwork, options).map(({ name }) => name);
  expect(rules.filter((name) => !FAULTS.some(({ rule }) => rule === name))).toEqual([]);
});
