import { type ConformanceCheck, checkRule, denseMasks, versionCheck } from '@ialp/core/testing';
import type { ActionEvaluation, Network, Targets } from '../network.js';
import { createNetworkPolicy } from '../policies/network-policy.js';
import { checkClose, checkSame, checkThrows } from './comparisons.js';
import type { ConformanceOptions } from './conformance-options.js';
import { headChecks } from './head-checks.js';
import { itemChecks } from './item-checks.js';
import {
  type Batch,
  entropies,
  lossOf,
  outputsOf,
  SETTINGS,
  syntheticBatch,
  train,
  weightsOf,
} from './network-batch.js';
import { policyChecks } from './policy-checks.js';
import { probabilitiesOf } from './probabilities.js';
import { slateTrainingChecks } from './slate-training-checks.js';
import { copyObservation } from './synthetic-sessions.js';
import { weightsChecks } from './weights-checks.js';

/** States in a batch: not a multiple of the SIMD width. */
const ROWS = 7;
/** Tolerance for sums in single precision. */
const TOLERANCE = 1e-4;

/**
 * The rules of `Network`, one check each, and those of `Policy` for its actor:
 *
 * ```ts
 * for (const check of networkChecks(makeMine)) test(check.name, check.run);
 * ```
 *
 * @param makeNetwork makes the network to check, with an actor, a critic and weights drawn from a seed. Action values are checked
 *   if it has them. The states are synthetic. For a network of another version only that is checked.
 */
export function networkChecks(
  makeNetwork: (seed: number) => Network,
  options: ConformanceOptions = {},
): ConformanceCheck[] {
  const version = versionCheck('network', () => makeNetwork(1));
  // The other rules say nothing about a network of another version.
  if ((makeNetwork(1).specificationVersion as string) !== 'v2') return [version];
  const onBatch = (name: string, run: (network: Network, batch: Batch) => void): ConformanceCheck => ({
    name,
    run() {
      const network = makeNetwork(1);
      run(network, syntheticBatch(network, ROWS, options));
    },
  });
  /** The actor after some training, no longer nearly uniform. */
  const trainedPolicy = (): ReturnType<typeof createNetworkPolicy> => {
    const network = makeNetwork(1);
    const batch = syntheticBatch(network, ROWS, options);
    for (let step = 0; step < 20; step++) train(network, batch);
    return createNetworkPolicy(network);
  };

  return [
    version,
    onBatch('items and historyLength are integers of at least 1', ({ items, historyLength }) => {
      for (const [name, value] of Object.entries({ items, historyLength })) {
        checkRule(
          Number.isSafeInteger(value) && value >= 1,
          `${name}: expected an integer of at least 1; found ${value}`,
        );
      }
    }),
    onBatch('values are those of the full evaluation', (network, { states }) => {
      const { value } = network.evaluate(states);
      const expected = value.slice();
      checkSame(network.values(states), expected, 'values');
    }),
    onBatch('histories of another length are refused', (network, { states }) => {
      const shorter = { ...states, historyLength: states.historyLength + 1 };
      checkThrows(() => network.values(shorter), `histories of ${shorter.historyLength}`);
    }),
    onBatch('outputs after a larger batch are correct', (network, { states }) => {
      const before = outputsOf(network, states);
      network.values(syntheticBatch(network, 20 * ROWS, options).states);
      checkSame(outputsOf(network, states), before, 'outputs after a greater batch');
    }),
    onBatch('a training step evaluates the actions once, before the update', checkEvaluation),
    onBatch('a training step reports means over the batch before the update', checkReport),
    onBatch('training lowers the loss of a fixed batch', (network, batch) => {
      const first = lossOf(train(network, batch));
      for (let step = 0; step < 30; step++) train(network, batch);
      const last = lossOf(train(network, batch));
      checkRule(last < first, `loss after 31 steps on one batch: expected less than ${first}; found ${last}`);
    }),
    onBatch('the same training gives the same weights, bit for bit', (network, batch) => {
      const twin = makeNetwork(1);
      for (const each of [network, twin]) for (let step = 0; step < 3; step++) train(each, batch);
      checkSame(weightsOf(twin), weightsOf(network), 'weights');
    }),
    onBatch('evaluating a larger batch in between does not change training', (network, batch) => {
      const twin = makeNetwork(1);
      train(network, batch);
      train(twin, batch);
      network.evaluate(syntheticBatch(network, 20 * ROWS, options).states);
      train(network, batch);
      train(twin, batch);
      checkSame(weightsOf(network), weightsOf(twin), 'weights');
    }),
    onBatch('weightsVersion, if it has one, changes with the weights', (network, batch) => {
      if (network.weightsVersion === undefined) return;
      const other = makeNetwork(2).weights();
      const changes: Record<string, () => unknown> = {
        'a training step': () => train(network, batch),
        setWeights: () => network.setWeights(other),
        scaleActor: () => network.scaleActor(2),
        setTrainingState: () => network.setTrainingState(makeNetwork(3).trainingState()),
      };
      for (const [name, change] of Object.entries(changes)) {
        const before: number | undefined = network.weightsVersion;
        change();
        checkRule(network.weightsVersion !== before, `weightsVersion after ${name}: expected another; found ${before}`);
      }
    }),
    onBatch('a learning rate of 0 changes no weights', (network, batch) => {
      const before = weightsOf(network);
      train(network, batch, { ...SETTINGS, learningRate: 0 });
      checkSame(weightsOf(network), before, 'weights');
    }),
    onBatch('learning rate and entropy weight of the targets replace those of the settings', (network, batch) => {
      const twin = makeNetwork(1);
      const own = { learningRate: 0.01, entropyWeight: 0.2 };
      train(network, batch, { ...SETTINGS, ...own });
      train(twin, { ...batch, targets: { ...batch.targets, ...own } });
      checkSame(weightsOf(twin), weightsOf(network), 'weights');
    }),
    onBatch('training does not modify states, actions and targets', (network, batch) => {
      const { states, actions, targets } = batch;
      const before = { states: copyObservation(states), actions: actions.slice() };
      const { policyWeight, valueTarget } = targets;
      const targetsBefore = { policyWeight: policyWeight.slice(), valueTarget: valueTarget.slice() };
      train(network, batch);
      for (const field of ['historyItems', 'historyFeedback', 'available'] as const) {
        checkSame(states[field], before.states[field], field);
      }
      checkSame(actions, before.actions, 'actions');
      checkSame(policyWeight, targetsBefore.policyWeight, 'policyWeight');
      checkSame(valueTarget, targetsBefore.valueTarget, 'valueTarget');
    }),
    onBatch('training on targets that are not finite is refused, and changes nothing', (network, batch) => {
      checkRefusals(network, makeNetwork(1), batch, divergent(batch));
    }),
    onBatch('training on actions that are not allowed items is refused, and changes nothing', (network, batch) => {
      checkRefusals(network, makeNetwork(1), batch, notAllowed(batch));
    }),
    ...slateTrainingChecks(makeNetwork, options),
    ...headChecks(makeNetwork, options),
    ...weightsChecks(makeNetwork, options),
    ...itemChecks(makeNetwork, options),
    ...policyChecks(trainedPolicy, {
      ...options,
      get historyLength() {
        return makeNetwork(1).historyLength;
      },
    }).map(({ name, run }) => ({ name: `actor: ${name}`, run })),
  ];
}

function checkEvaluation(network: Network, { states, actions, targets }: Batch): void {
  const evaluation = network.evaluate(states);
  const value = evaluation.value.slice();
  const entropy = entropies(probabilitiesOf(evaluation, states), states);
  const logProbability = Float64Array.from(evaluation.propensity(actions), Math.log);
  let calls = 0;
  const look = (seen: ActionEvaluation): Targets => {
    calls++;
    checkClose(seen.logProbability, logProbability, TOLERANCE, 'logProbability');
    checkClose(seen.entropy, entropy, TOLERANCE, 'entropy');
    checkClose(seen.value, value, 1e-6, 'value');
    return targets;
  };
  network.trainStep(states, actions, look, SETTINGS);
  checkRule(calls === 1, `targets: expected one call; found ${calls}`);
}

function checkReport(network: Network, batch: Batch): void {
  const { states, actions, targets } = batch;
  const evaluation = network.evaluate(states);
  const mean = (numbers: Float64Array): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const expected = {
    policyLoss: mean(
      Float64Array.from(evaluation.propensity(actions), (p, row) => -targets.policyWeight[row] * Math.log(p)),
    ),
    valueLoss: mean(Float64Array.from(evaluation.value, (v, row) => (v - targets.valueTarget[row]) ** 2)),
    entropy: mean(entropies(probabilitiesOf(evaluation, states), states)),
  };
  const report = train(network, batch);
  for (const name of ['policyLoss', 'valueLoss', 'entropy'] as const) {
    checkClose([report[name]], [expected[name]], TOLERANCE, `report.${name}`);
  }
  checkRule(
    Number.isFinite(report.gradientNorm) && report.gradientNorm > 0,
    `report.gradientNorm: expected a number above 0; found ${report.gradientNorm}`,
  );
}

/** A training step that must fail. */
interface Refusal {
  readonly what: string;
  readonly batch: Batch;
}

function divergent(batch: Batch): Refusal[] {
  const { policyWeight, valueTarget } = batch.targets;
  const withTargets = (targets: Partial<Batch['targets']>): Batch => ({
    ...batch,
    targets: { ...batch.targets, ...targets },
  });
  const spoilt = (numbers: Float32Array, value: number): Float32Array => {
    const copy = numbers.slice();
    copy[ROWS - 1] = value;
    return copy;
  };
  return [
    { what: 'a policy weight of NaN', batch: withTargets({ policyWeight: spoilt(policyWeight, Number.NaN) }) },
    { what: 'a value target of NaN', batch: withTargets({ valueTarget: spoilt(valueTarget, Number.NaN) }) },
    { what: 'an infinite value target', batch: withTargets({ valueTarget: spoilt(valueTarget, -Infinity) }) },
  ];
}

function notAllowed(batch: Batch): Refusal[] {
  const { items } = batch.states;
  const mask = denseMasks(batch.states);
  const withLast = (item: number): Batch => {
    const actions = batch.actions.slice();
    actions[ROWS - 1] = item;
    return { ...batch, actions };
  };
  const forbidden = mask.subarray((ROWS - 1) * items, ROWS * items).indexOf(0);
  return [-1, items, ...(forbidden === -1 ? [] : [forbidden])].map((item) => ({
    what: `action ${item} of ${items} items`,
    batch: withLast(item),
  }));
}

/** Checks that each refusal throws, and that the network then trains like one that never met it. */
function checkRefusals(network: Network, twin: Network, batch: Batch, refusals: readonly Refusal[]): void {
  for (const { what, batch: wrong } of refusals) {
    train(network, batch);
    train(twin, batch);
    const before = weightsOf(network);
    checkThrows(() => train(network, wrong), `training on ${what}`);
    checkSame(weightsOf(network), before, `weights after ${what}`);
    train(network, batch);
    train(twin, batch);
    checkSame(weightsOf(network), weightsOf(twin), `weights of the training that went on after ${what}`);
  }
}
