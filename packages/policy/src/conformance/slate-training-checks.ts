import { isAllowed, type Observation, type Trajectories } from '@ialp/core';
import { type ConformanceCheck, checkRule } from '@ialp/core/testing';
import { selectStates } from '../experience/states.js';
import { slateRows } from '../learners/slates/slate-rows.js';
import type { ActionEvaluation, Network, Targets, TrainingReport } from '../network.js';
import { checkClose } from './comparisons.js';
import { type ConformanceOptions, makeRandom, SEED } from './conformance-options.js';
import { SETTINGS, weightsOf } from './network-batch.js';
import { syntheticStates } from './synthetic-sessions.js';

const ROWS = 7;
const LONGEST = 3;
const TOLERANCE = 1e-3;
/** Cosine between the changes of the weights by two steps that are the same but for rounding. */
const SAME_DIRECTION = 0.99;

/** What a step saw, reported and changed. */
interface Step {
  readonly seen: Pick<ActionEvaluation, 'logProbability' | 'entropy' | 'value'>;
  readonly report: TrainingReport;
  readonly change: Float32Array;
}

/** The rule of `Network.trainSlates`, for networks that have it. */
export function slateTrainingChecks(
  makeNetwork: (seed: number) => Network,
  options: ConformanceOptions,
): ConformanceCheck[] {
  return [
    {
      name: 'a training step on slates is that on a row for each item',
      run() {
        const [whole, single] = [makeNetwork(1), makeNetwork(1)];
        if (whole.trainSlates === undefined) return;
        const all = syntheticStates(ROWS, whole.items, { ...options, historyLength: whole.historyLength }, SEED);
        const lists = Array.from({ length: ROWS }, (_, row) => allowedItems(all, row));
        const slateSize = Math.min(LONGEST, Math.max(...lists.map(({ length }) => length)));
        if (slateSize < 2) return;
        const kept = lists.flatMap(({ length }, row) => (length >= slateSize ? [row] : []));
        const states = selectStates(all, Int32Array.from(kept));
        const allowed = kept.map((row) => lists[row]!);
        const actions = Int32Array.from(allowed.flatMap((items) => items.slice(-slateSize)));
        const random = makeRandom(options, SEED + 1);
        const policyWeight = Float32Array.from(actions, () => random.normal());
        const valueTarget = Float32Array.from(kept, () => random.normal());
        const found = stepOf(whole, (targets) =>
          whole.trainSlates!(states, actions, (seen) => targets(seen, { policyWeight, valueTarget }), SETTINGS),
        );
        const rows = slateRows({ states, actions, slateSize } as Trajectories);
        const ofItems = Float32Array.from(actions, (_, place) => valueTarget[Math.floor(place / slateSize)]);
        const expected = stepOf(single, (targets) =>
          single.trainStep(
            rows.states,
            rows.actions,
            (seen) => targets(seen, { policyWeight, valueTarget: ofItems }),
            SETTINGS,
          ),
        );
        checkStep(found, expected, slateSize);
      },
    },
  ];
}

function allowedItems(states: Observation, row: number): number[] {
  return Array.from({ length: states.items }, (_, item) => item).filter((item) => isAllowed(states, row, item));
}

function stepOf(
  network: Network,
  run: (targets: (seen: ActionEvaluation, given: Targets) => Targets) => TrainingReport,
): Step {
  const before = weightsOf(network);
  let seen: Step['seen'] = { logProbability: before, entropy: before, value: before };
  const report = run(({ logProbability, entropy, value }, given) => {
    seen = { logProbability: logProbability.slice(), entropy: entropy.slice(), value: value.slice() };
    return given;
  });
  return { seen, report, change: weightsOf(network).map((weight, k) => weight - before[k]) };
}

function checkStep(found: Step, expected: Step, slateSize: number): void {
  const value = expected.seen.value.filter((_, place) => place % slateSize === 0);
  const seen = { ...expected.seen, value };
  for (const name of ['logProbability', 'entropy', 'value'] as const) {
    checkClose(found.seen[name], seen[name], TOLERANCE, `${name} of slates`);
  }
  for (const name of ['policyLoss', 'valueLoss', 'entropy', 'gradientNorm'] as const) {
    checkClose([found.report[name]], [expected.report[name]], TOLERANCE, `${name} of a step on slates`);
  }
  const cosine =
    dot(found.change, expected.change) /
    Math.sqrt(dot(found.change, found.change) * dot(expected.change, expected.change));
  checkRule(
    cosine >= SAME_DIRECTION,
    `change of the weights by a step on slates: expected that of a step on rows; their cosine is ${cosine}`,
  );
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}
