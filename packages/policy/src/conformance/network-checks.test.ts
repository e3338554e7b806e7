import { createRandom, isAllowed, noExclusions } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import { selectStates } from '../experience/states.js';
import type {
  ActionEvaluation,
  ActionValues,
  Evaluation,
  Histories,
  Network,
  States,
  Targets,
  TrainingReport,
  TrainingSettings,
  Weights,
} from '../network.js';
import { rightNetwork, type Step, training, Wrapped } from '../test-support/network.js';
import { firstAllowedFrom } from '../test-support/observations.js';
import { itemChecks } from './item-checks.js';
import { networkChecks } from './network-checks.js';
import { weightsChecks } from './weights-checks.js';

const options = { createRandom };

const finite = (numbers: Float32Array): Float32Array => numbers.map((value) => (Number.isFinite(value) ? value : 0));

/** Trains on slates in a wrong way. */
class Slates extends Wrapped {
  readonly #fault: 'forgets what is above an item' | 'trains on the first items alone';

  constructor(right: Network, fault: 'forgets what is above an item' | 'trains on the first items alone') {
    super(right);
    this.#fault = fault;
  }

  trainSlates(...[states, actions, targets, settings]: Parameters<Network['trainStep']>): TrainingReport {
    if (this.#fault === 'trains on the first items alone') {
      const slateSize = actions.length / states.rows;
      const onFirst = (seen: ActionEvaluation): Targets => {
        const { policyWeight, ...others } = targets(seen);
        const first = policyWeight?.map((weight, place) => (place % slateSize === 0 ? weight : 0));
        return { ...others, ...(first !== undefined && { policyWeight: first }) };
      };
      return this.right.trainSlates!(states, actions, onFirst, settings);
    }
    const slateSize = actions.length / states.rows;
    const rows = Int32Array.from(actions, (_, place) => Math.floor(place / slateSize));
    return this.right.trainStep(
      selectStates(states, rows),
      actions,
      ({ value, ...seen }) => {
        const { valueTarget, ...given } = targets({ ...seen, value: value.filter((_, k) => k % slateSize === 0) });
        return { ...given, valueTarget: Float32Array.from(rows, (row) => valueTarget![row]) };
      },
      settings,
    );
  }
}

const FAULTS: { rule: string; fault: string; make: (seed: number) => Network }[] = [
  {
    rule: "specificationVersion is 'v2'",
    fault: 'is of version 1',
    make: (seed) =>
      new (class extends Wrapped {
        override readonly specificationVersion = 'v1' as 'v2';
      })(rightNetwork(seed)),
  },
  {
    rule: 'weightsVersion, if it has one, changes with the weights',
    fault: 'has one that stays',
    make: (seed) =>
      new (class extends Wrapped {
        readonly weightsVersion = 1;
      })(rightNetwork(seed)),
  },
  {
    rule: 'items and historyLength are integers of at least 1',
    fault: 'does not know its histories',
    make: (seed) =>
      new (class extends Wrapped {
        #asked = 0;
        // Right where synthetic states are sized by it.
        override get historyLength(): number {
          return this.#asked++ === 0 ? this.right.historyLength : Number.NaN;
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'values are those of the full evaluation',
    fault: 'has a second critic',
    make: (seed) =>
      new (class extends Wrapped {
        override values(histories: Histories): Float32Array {
          return this.right.values(histories).map((value) => value + 1e-3);
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'histories of another length are refused',
    fault: 'takes any histories',
    make: (seed) =>
      new (class extends Wrapped {
        override values(histories: Histories): Float32Array {
          return this.right.values({ ...histories, historyLength: this.right.historyLength });
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'outputs after a larger batch are correct',
    fault: 'loses a weight when its memory grows',
    make: (seed) =>
      new (class extends Wrapped {
        override values(histories: Histories): Float32Array {
          if (histories.rows > 64) this.right.scaleActor(0.5);
          return this.right.values(histories);
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'a training step evaluates the actions once, before the update',
    fault: 'asks for targets twice',
    make: training((right, states, actions, targets, settings) =>
      right.trainStep(
        states,
        actions,
        (seen) => {
          targets(seen);
          return targets(seen);
        },
        settings,
      ),
    ),
  },
  {
    rule: 'a training step evaluates the actions once, before the update',
    fault: 'shows probabilities for their logarithms',
    make: training((right, states, actions, targets, settings) =>
      right.trainStep(
        states,
        actions,
        (seen) => targets({ ...seen, logProbability: seen.logProbability.map(Math.exp) }),
        settings,
      ),
    ),
  },
  {
    rule: 'a training step reports means over the batch before the update',
    fault: 'reports sums',
    make: training((right, states, actions, targets, settings) => {
      const report = right.trainStep(states, actions, targets, settings);
      return { ...report, valueLoss: report.valueLoss * states.rows };
    }),
  },
  {
    rule: 'training lowers the loss of a fixed batch',
    fault: 'climbs',
    make: training((right, states, actions, targets, settings) => {
      const turned = (seen: Parameters<typeof targets>[0]): Targets => {
        const { policyWeight, valueTarget } = targets(seen) as Required<Targets>;
        return {
          policyWeight: policyWeight.map((weight) => -weight),
          valueTarget: valueTarget.map((target, row) => 2 * seen.value[row] - target),
        };
      };
      const report = right.trainStep(states, actions, turned, settings);
      return { ...report, policyLoss: -report.policyLoss };
    }),
  },
  {
    rule: 'learning rate and entropy weight of the targets replace those of the settings',
    fault: 'looks at the settings alone',
    make: training((right, states, actions, targets, settings) => {
      const rows = (seen: Parameters<typeof targets>[0]): Targets => {
        const { learningRate: _rate, entropyWeight: _weight, ...given } = targets(seen);
        return given;
      };
      return right.trainStep(states, actions, rows, settings);
    }),
  },
  {
    rule: 'the same training gives the same weights, bit for bit',
    fault: 'drops units by Math.random',
    make: training((right, states, actions, targets, settings) => {
      right.scaleActor(1 + 1e-3 * Math.random());
      return right.trainStep(states, actions, targets, settings);
    }),
  },
  {
    rule: 'evaluating a larger batch in between does not change training',
    fault: 'forgets its optimiser when its memory grows',
    make: (seed) =>
      new (class extends Wrapped {
        #current = this.right;
        override evaluate(states: States): Evaluation {
          if (states.rows > 64) this.#current = this.#current.copy();
          return this.#current.evaluate(states);
        }
        override trainStep(...step: Step): ReturnType<Network['trainStep']> {
          return this.#current.trainStep(...step);
        }
        override weights(): Weights {
          return this.#current.weights();
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'a learning rate of 0 changes no weights',
    fault: 'decays its weights whatever the rate',
    make: training((right, ...step) => {
      const report = right.trainStep(...step);
      right.scaleActor(0.999);
      return report;
    }),
  },
  {
    rule: 'training does not modify states, actions and targets',
    fault: 'centres the policy weights in place',
    make: training((right, states, actions, targets, settings) =>
      right.trainStep(
        states,
        actions,
        (seen) => {
          const given = targets(seen) as Required<Targets>;
          given.policyWeight.forEach((_, row) => {
            given.policyWeight[row] -= 1;
          });
          return given;
        },
        settings,
      ),
    ),
  },
  {
    rule: 'training on targets that are not finite is refused, and changes nothing',
    fault: 'takes NaN for 0',
    make: training((right, states, actions, targets, settings) =>
      right.trainStep(
        states,
        actions,
        (seen) => {
          const { policyWeight, valueTarget } = targets(seen) as Required<Targets>;
          return { policyWeight: finite(policyWeight), valueTarget: finite(valueTarget) };
        },
        settings,
      ),
    ),
  },
  {
    rule: 'training on targets that are not finite is refused, and changes nothing',
    fault: 'counts the refused step in its optimiser',
    make: training((right, ...step) => {
      try {
        return right.trainStep(...step);
      } catch (error) {
        // A step that moves no weight, but Adam's moments and their bias corrections.
        const [states, actions, , settings] = step;
        const zeros = new Float32Array(states.rows);
        const still: TrainingSettings = { ...settings, learningRate: 0 };
        right.trainStep(states, actions, () => ({ policyWeight: zeros, valueTarget: zeros }), still);
        throw error;
      }
    }),
  },
  {
    rule: 'training on actions that are not allowed items is refused, and changes nothing',
    fault: 'takes the first allowed item for a forbidden one',
    make: training((right, states, actions, targets, settings) => {
      const corrected = actions.map((item, row) =>
        isAllowed(states, row, item) ? item : firstAllowedFrom(states, row),
      );
      return right.trainStep(states, corrected, targets, settings);
    }),
  },
  ...(['forgets what is above an item', 'trains on the first items alone'] as const).map((fault) => ({
    rule: 'a training step on slates is that on a row for each item',
    fault,
    make: (seed: number) => new Slates(rightNetwork(seed), fault),
  })),
  {
    rule: 'it names its heads, evaluates them and refuses the others',
    fault: 'has action values that it does not name',
    make: (seed) =>
      new (class extends Wrapped {
        override actionValues(states: States): ActionValues {
          const { top } = this.right.evaluate(states);
          return { top, of: (items) => new Float32Array(items.length) };
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'a ranking by probabilities is correct',
    fault: 'ranks from the worst',
    make: (seed) =>
      new (class extends Wrapped {
        override evaluate(states: States): Evaluation {
          const right = this.right.evaluate(states);
          const top = (count: number) => {
            const { items, scores } = right.top(count);
            return { items: items.toReversed(), scores: scores.toReversed() };
          };
          return { ...right, top };
        }
      })(rightNetwork(seed)),
  },
  {
    rule: 'a ranking by action values is correct',
    fault: 'ranks what is forbidden',
    make: (seed) =>
      new (class extends Wrapped {
        override actionValues(states: States): ActionValues {
          return this.right.actionValues({ ...states, exclusions: noExclusions(states.rows) });
        }
      })(rightNetwork(seed, ['actor', 'value', 'q'])),
  },
  {
    rule: 'training moves the action values of the actions towards their targets',
    fault: 'turns away from them',
    make: (seed) =>
      new (class extends Wrapped {
        override trainStep(...[states, actions, targets, settings]: Step): TrainingReport {
          const turned = (seen: ActionEvaluation): Targets => {
            const { qTarget, ...others } = targets(seen);
            return qTarget === undefined
              ? others
              : { ...others, qTarget: qTarget.map((q, row) => 2 * seen.q[row] - q) };
          };
          return this.right.trainStep(states, actions, turned, settings);
        }
      })(rightNetwork(seed, ['actor', 'value', 'q'])),
  },
  {
    rule: 'a target of a missing head is refused, and changes nothing',
    fault: 'drops it',
    make: training((right, states, actions, targets, settings) =>
      right.trainStep(
        states,
        actions,
        (seen) => {
          const { policyWeight, valueTarget } = targets(seen);
          return { ...(policyWeight && { policyWeight }), ...(valueTarget && { valueTarget }) };
        },
        settings,
      ),
    ),
  },
  {
    rule: 'actor: the reported propensity is the probability of the sampled item',
    fault: 'reports the propensity of the item beside',
    make: (seed) =>
      new (class extends Wrapped {
        override evaluate(states: States): Evaluation {
          const right = this.right.evaluate(states);
          return {
            ...right,
            sample(random, sampleOptions) {
              const { items } = right.sample(random, sampleOptions);
              return { items, propensity: right.propensity(items.map((item) => (item + 1) % states.items)) };
            },
          };
        }
      })(rightNetwork(seed)),
  },
];

describe('a network that keeps every rule', () => {
  for (const { name, run } of networkChecks(
    (seed) => new Wrapped(rightNetwork(seed, ['actor', 'value', 'q'])),
    options,
  ))
    test(name, run);
});

describe('a planted fault is found', () => {
  test.each(FAULTS)('$rule: a network that $fault', ({ rule, make }) => {
    const check = networkChecks(make, options).find(({ name }) => name === rule);
    expect(check, `no check of the name "${rule}"`).toBeDefined();
    expect(() => check?.run()).toThrow(ConformanceError);
  });

  test('for every rule of a network', () => {
    // The rules about weights and items and those of a policy have planted faults of their own.
    const elsewhere = [...weightsChecks(rightNetwork, options), ...itemChecks(rightNetwork, options)].map(
      ({ name }) => name,
    );
    const rules = networkChecks((seed) => rightNetwork(seed, ['actor', 'value', 'q']), options)
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('actor: ') && !elsewhere.includes(name));
    expect(rules.filter((name) => !FAULTS.some(({ rule }) => rule === name))).toEqual([]);
  });
});

test('a network of version 1 is told how to change, and nothing else is checked', () => {
  const first = (seed: number): Network =>
    new (class extends Wrapped {
      override readonly specificationVersion = 'v1' as 'v2';
    })(rightNetwork(seed));
  const checks = networkChecks(first, options);
  expect(checks).toHaveLength(1);
  expect(() => checks[0].run()).toThrow(
    /expected 'v2', version 2 of the interface: in states, read rows instead of sessions/,
  );
});
