import { countAllowed, createRandom, excludedIn, exclusionsOf, InvalidOptionError } from '@ialp/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { DivergenceError, MissingHeadError, NothingAllowedError, ShapeError, WeightsError } from '../errors.js';
import type { ActionEvaluation, Head, Network, Targets, TrainingSettings } from '../network.js';
import { BACKENDS_TO_TEST, makeStates, quietly, someActions } from '../test-support/tensorflow.js';
import { gruModel } from './architectures/gru.js';
import { meanModel } from './architectures/mean.js';
import type { ModelBuilder } from './model.js';
import type { OptimizerOptions } from './optimizer.js';
import type { TensorFlow } from './tensorflow.js';
import { createTensorFlowNetwork } from './tensorflow-network.js';

const ITEMS = 9;
const HISTORY = 4;
const ROWS = 6;
const SETTINGS: TrainingSettings = { learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.02, maxGradientNorm: 1 };
const states = makeStates(ROWS, ITEMS, HISTORY);
const actions = someActions(states);
const numbers = (make: (row: number) => number) => Float32Array.from({ length: ROWS }, (_, row) => make(row));
const TARGETS: Record<string, Targets> = {
  policyWeight: { policyWeight: numbers(Math.cos) },
  valueTarget: { valueTarget: numbers(Math.sin) },
  qTarget: { qTarget: numbers((row) => Math.sin(2 * row)) },
};

describe.each(BACKENDS_TO_TEST)('%s', (backend) => {
  let tensorFlow: TensorFlow;
  beforeAll(async () => {
    tensorFlow = await quietly(backend);
  });
  const small = { embedding: 4, hidden: 8 };
  const create = (model: ModelBuilder, optimizer: OptimizerOptions = { name: 'adam' }): Network =>
    createTensorFlowNetwork({
      tensorFlow,
      items: ITEMS,
      historyLength: HISTORY,
      model,
      optimizer,
      random: createRandom(1),
    });
  const mean = (heads: readonly Head[] = ['actor', 'value', 'q'], optimizer?: OptimizerOptions): Network =>
    create(meanModel({ ...small, heads }), optimizer);
  const step = (network: Network, targets: Targets, settings = SETTINGS) =>
    network.trainStep(states, actions, () => targets, settings);

  test.each(['policyWeight', 'valueTarget', 'qTarget'])(
    'trains on %s alone; the rest is no part of the loss',
    (name) => {
      const network = mean();
      const before = network.weights();
      const report = step(network, TARGETS[name], { ...SETTINGS, entropyWeight: 0 });
      expect(report.policyLoss === 0).toBe(name !== 'policyWeight');
      expect(report.valueLoss === 0).toBe(name !== 'valueTarget');
      expect(report.qLoss === 0).toBe(name !== 'qTarget');
      const after = network.weights();
      const moved = (tensor: string): boolean => before[tensor].data.some((x, k) => x !== after[tensor].data[k]);
      expect([moved('actor'), moved('critic'), moved('q'), moved('hidden')]).toEqual([
        name === 'policyWeight',
        name === 'valueTarget',
        name === 'qTarget',
        true,
      ]);
      network.dispose();
    },
  );

  test('without any target and bonus nothing moves', () => {
    const network = mean();
    const before = network.weights();
    const report = step(network, {}, { ...SETTINGS, entropyWeight: 0 });
    expect(report.gradientNorm).toBe(0);
    expect(network.weights()).toEqual(before);
    network.dispose();
  });

  test('the entropy bonus alone makes the actor less certain', () => {
    const network = mean(['actor']);
    const weights = network.weights();
    const actor = { ...weights['actor'], data: weights['actor'].data.map((x) => 100 * x) };
    network.setWeights({ ...weights, actor });
    const settings = { ...SETTINGS, entropyWeight: 1 };
    const first = step(network, {}, settings).entropy;
    for (let count = 0; count < 30; count++) step(network, {}, settings);
    expect(step(network, {}, settings).entropy).toBeGreaterThan(first);
    network.dispose();
  });

  test('only the heads that there are can be asked and trained', () => {
    const [actor, critic, q] = [mean(['actor']), mean(['value']), mean(['q'])];
    expect([actor, critic, q].map(({ heads }) => heads)).toEqual([['actor'], ['value'], ['q']]);
    expect(actor.evaluate(states).value.length).toBe(0);
    expect(() => actor.values(states)).toThrow(MissingHeadError);
    expect(() => actor.actionValues(states)).toThrow(MissingHeadError);
    expect(() => critic.evaluate(states)).toThrow(MissingHeadError);
    expect(() => q.scaleActor(1)).toThrow(MissingHeadError);
    expect(() => step(q, TARGETS['policyWeight'])).toThrow(MissingHeadError);
    expect(() => step(actor, TARGETS['valueTarget'])).toThrow(MissingHeadError);
    expect(() => step(critic, TARGETS['qTarget'])).toThrow(MissingHeadError);
    let seen: ActionEvaluation | undefined;
    q.trainStep(
      states,
      actions,
      (evaluation) => {
        seen = evaluation;
        return TARGETS['qTarget'];
      },
      SETTINGS,
    );
    expect([seen?.logProbability.length, seen?.entropy.length, seen?.value.length]).toEqual([0, 0, 0]);
    for (const network of [actor, critic, q]) network.dispose();
  });

  test('the action values that training sees are those of the actions', () => {
    const network = mean();
    const expected = network.actionValues(states).of(actions);
    network.trainStep(
      states,
      actions,
      ({ q }) => {
        expect(q).toEqual(expected);
        return {};
      },
      SETTINGS,
    );
    network.dispose();
  });

  test('takes the training state of its own optimiser alone', () => {
    const optimizers: readonly OptimizerOptions[] = [{ name: 'adam' }, { name: 'sgd', momentum: 0.9 }];
    const [adam, sgd] = optimizers.map((optimizer) => {
      const network = mean(['actor', 'value', 'q'], optimizer);
      step(network, TARGETS['valueTarget']);
      return network;
    });
    for (const [network, other] of [
      [adam, sgd],
      [sgd, adam],
    ]) {
      const before = network.trainingState();
      expect(() => network.setTrainingState(other.trainingState())).toThrow(WeightsError);
      expect(() => network.setTrainingState(other.trainingState())).toThrow(
        /optimizer\/velocity\/.* \(optimizer 'sgd'\)/,
      );
      expect(network.trainingState()).toEqual(before);
      network.setTrainingState(before);
      expect(network.trainingState()).toEqual(before);
    }
    for (const network of [adam, sgd]) network.dispose();
  });

  test('refuses weights, actions and targets of other types, which only plain JavaScript can pass', () => {
    const network = mean();
    const weights = network.weights();
    const plain = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data) }]),
    );
    for (const wrong of [null, plain]) expect(() => network.setWeights(wrong as never)).toThrow(/^weights.*: expected/);
    expect(() => network.setTrainingState(null as never)).toThrow(/^state: expected an object of tensors/);
    const actions = network.evaluate(states).sample(createRandom(1)).items;
    const train = (given: unknown, targets: unknown) => () =>
      network.trainStep(states, given as never, () => targets as never, SETTINGS);
    expect(train(Array.from(actions), {})).toThrow(/^actions: expected an Int32Array/);
    expect(train(actions, null)).toThrow(/^targets: expected an object/);
    network.dispose();
  });

  test('top gives the best allowed items with their scores', () => {
    const network = mean();
    const evaluation = network.evaluate(states);
    expect(() => evaluation.top(1001)).toThrow('count: expected an integer from 1 to 1000');
    const top = evaluation.top(ITEMS + 1);
    for (let row = 0; row < ROWS; row++) {
      const allowed = countAllowed(states, row);
      const found = [...top.items.subarray(row * (ITEMS + 1), (row + 1) * (ITEMS + 1))];
      expect(found.indexOf(-1)).toBe(allowed);
      for (let place = 0; place < allowed; place++) {
        const asked = new Int32Array(ROWS).fill(found[place]);
        expect(top.scores[row * (ITEMS + 1) + place]).toBe(evaluation.propensity(asked)[row]);
      }
    }
    const values = network.actionValues(states);
    const best = values.top(1);
    expect(best.scores).toEqual(values.of(best.items));
    expect(() => values.of(new Int32Array(ROWS).fill(ITEMS))).toThrow(InvalidOptionError);
    network.dispose();
  });

  test('the gradient is cut to the norm that is asked for', () => {
    const targets = { policyWeight: numbers(() => 50) };
    const steps = [Number.POSITIVE_INFINITY, 0.5].map((maxGradientNorm) => {
      const network = mean(['actor'], { name: 'sgd' });
      const before = network.weights();
      const { gradientNorm } = step(network, targets, { ...SETTINGS, learningRate: 1, maxGradientNorm });
      const after = network.weights();
      network.dispose();
      let squares = 0;
      for (const [name, { data }] of Object.entries(before)) {
        for (const [k, weight] of data.entries()) squares += (after[name].data[k] - weight) ** 2;
      }
      return { gradientNorm, length: Math.sqrt(squares) };
    });
    expect(steps[0].gradientNorm).toBeGreaterThan(1);
    expect(steps[0].length / steps[0].gradientNorm).toBeCloseTo(1, 4);
    expect(steps[1].gradientNorm).toBe(steps[0].gradientNorm);
    expect(steps[1].length).toBeCloseTo(0.5, 5);
  });

  test('what is not finite is refused, and nothing changes', () => {
    const network = mean();
    const before = network.weights();
    const refuse = (targets: Targets) => expect(() => step(network, targets)).toThrow(DivergenceError);
    refuse({ policyWeight: numbers(() => Number.NaN) });
    refuse({ valueTarget: numbers(() => Number.POSITIVE_INFINITY) });
    refuse({ qTarget: numbers(() => Number.NEGATIVE_INFINITY) });
    // The loss is finite; its gradient overflows single precision.
    expect(() => step(network, { valueTarget: numbers(() => 1) }, { ...SETTINGS, valueWeight: 1e300 })).toThrow(
      DivergenceError,
    );
    const infinite = { ...states, historyFeedback: states.historyFeedback.map(() => Number.NaN) };
    expect(() => network.evaluate(infinite)).toThrow(DivergenceError);
    expect(() => network.actionValues(infinite)).toThrow(DivergenceError);
    expect(network.weights()).toEqual(before);
    network.dispose();
  });

  test('states of other sizes, without anything allowed, or with unknown items are refused', () => {
    const network = mean();
    expect(() => network.evaluate(makeStates(2, ITEMS + 1, HISTORY))).toThrow(ShapeError);
    expect(() => network.actionValues(makeStates(2, ITEMS + 1, HISTORY))).toThrow(ShapeError);
    expect(() => network.values(makeStates(2, ITEMS, HISTORY + 1))).toThrow(ShapeError);
    const lists = Array.from({ length: ROWS }, (_, row) => Array.from(excludedIn(states.exclusions, row)));
    lists[1] = Array.from({ length: ITEMS }, (_, item) => item);
    const exclusions = exclusionsOf(lists);
    expect(() => network.evaluate({ ...states, exclusions })).toThrow(new NothingAllowedError(1));
    expect(network.actionValues({ ...states, exclusions }).top(1).items[1]).toBe(-1);
    const historyItems = states.historyItems.slice().fill(ITEMS);
    expect(() => network.values({ ...states, historyItems })).toThrow(InvalidOptionError);
    expect(() => step(network, { valueTarget: new Float32Array(2) })).toThrow(ShapeError);
    network.dispose();

    const withFeatures = createTensorFlowNetwork({
      tensorFlow,
      items: ITEMS,
      historyLength: HISTORY,
      userFeatures: 3,
      model: meanModel(small),
      random: createRandom(1),
    });
    expect(() => withFeatures.values(states)).toThrow(ShapeError);
    expect(() => withFeatures.values(makeStates(2, ITEMS, HISTORY, 2))).toThrow(ShapeError);
    expect(withFeatures.values(makeStates(2, ITEMS, HISTORY, 3)).length).toBe(2);
    withFeatures.dispose();
  });

  test('a sampled softmax is refused', () => {
    const network = mean();
    const sampledSoftmax = { items: 4, random: createRandom(1) };
    expect(() => step(network, {}, { ...SETTINGS, sampledSoftmax })).toThrow(/whole catalogue/);
    network.dispose();
  });

  test('weights that do not fit are named', () => {
    const network = mean();
    const { hidden, ...others } = network.weights();
    const load = (weights: Record<string, unknown>) => () => network.setWeights(weights as never);
    expect(load(others)).toThrow(WeightsError);
    expect(load(others)).toThrow('weights.hidden: expected a tensor');
    expect(load({ ...others, hidden, other: hidden })).toThrow('weights.other: expected only positive');
    expect(load({ ...others, hidden: { ...hidden, shape: [1, 64] } })).toThrow('weights.hidden: expected shape [8, 8]');
    expect(load({ ...others, hidden: { ...hidden, data: hidden.data.slice(1) } })).toThrow('expected 64 numbers');
    const spoilt = hidden.data.slice().fill(Number.NaN, 5, 6);
    expect(load({ ...others, hidden: { ...hidden, data: spoilt } })).toThrow('weights.hidden[5]: expected a number');
    network.dispose();
  });

  test('a copy draws nothing from the generator and trains with the same optimiser', () => {
    const random = createRandom(1);
    const model = meanModel(small);
    const options = { tensorFlow, items: ITEMS, historyLength: HISTORY, model, optimizer: { name: 'sgd' } as const };
    const network = createTensorFlowNetwork({ ...options, random });
    const before = network.weights();
    const twin = network.copy();
    expect(random.uint32()).toBe(
      (() => {
        const fresh = createRandom(1);
        createTensorFlowNetwork({ ...options, random: fresh }).dispose();
        return fresh.uint32();
      })(),
    );
    for (const each of [network, twin]) step(each, TARGETS['policyWeight']);
    expect(twin.weights()).toEqual(network.weights());
    expect(twin.weights()).not.toEqual(before);
    network.dispose();
    twin.dispose();
  });
});

test('networks keep to the backend that they were made with', async () => {
  const [wasm, cpu] = [await quietly('wasm'), await quietly('cpu')];
  const [first, second] = [wasm, cpu].map((tensorFlow) =>
    createTensorFlowNetwork({
      tensorFlow,
      items: ITEMS,
      historyLength: HISTORY,
      model: gruModel(),
      random: createRandom(1),
    }),
  );
  const targets = { ...TARGETS['policyWeight'], ...TARGETS['valueTarget'] };
  for (let count = 0; count < 3; count++) {
    const [a, b] = [first, second].map((network) => network.trainStep(states, actions, () => targets, SETTINGS));
    expect(a.policyLoss).toBeCloseTo(b.policyLoss, 5);
    expect(a.gradientNorm).toBeCloseTo(b.gradientNorm, 5);
  }
  second.setWeights(first.weights());
  for (const [row, value] of first.values(states).entries()) expect(second.values(states)[row]).toBeCloseTo(value, 5);
  expect(cpu.tf.getBackend()).toBe('cpu');
  first.dispose();
  second.dispose();
});
