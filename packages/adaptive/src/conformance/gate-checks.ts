import { exclusionsOf, type Observation } from '@ialp/core';
import { type ConformanceCheck, checkRule, inconclusive, ofVersion2, versionCheck } from '@ialp/core/testing';
import type { Gate, GateExperience } from '../gate.js';
import { makeExperience } from './experience.js';

/** Interactions since deployment at which a gate is called. */
const MOMENTS = [0, 1, 64, 1000, 49_999, 50_000, 1_000_000, 1_000_000_000];

/**
 * The rules of `Gate`, one check each, for any test runner: `for (const check of gateChecks(makeGate)) test(check.name, check.run)`.
 * @param make makes a new gate, always the same one.
 */
export function gateChecks(make: () => Gate): ConformanceCheck[] {
  const makeGate = ofVersion2(make);
  return [
    versionCheck('gate', make),
    { name: 'every weight is a number from 0 to 1', run: () => checkWeights(makeGate()) },
    { name: 'the same calls give the same weights', run: () => checkDeterminism(makeGate) },
    { name: 'the observation is not modified', run: () => checkReadOnly(makeGate()) },
    { name: 'weigh changes no state', run: () => checkPure(makeGate()) },
    { name: 'what it observes is not modified', run: () => checkObserved(makeGate()) },
    { name: 'after what it observed, every weight is a number from 0 to 1', run: () => checkLearned(makeGate()) },
    { name: 'a restored gate continues as the original', run: () => checkResumed(makeGate) },
  ];
}

/** Three sessions: a new one, one in progress, one near its end. */
function makeObservation(): Observation {
  return {
    rows: 3,
    items: 4,
    historyLength: 2,
    session: Float64Array.of(12, 7, 3),
    historyItems: Int32Array.of(-1, -1, -1, 2, 0, 3),
    historyFeedback: Float32Array.of(0, 0, 0, 1, 0, 1),
    available: new Uint8Array(4).fill(1),
    exclusions: exclusionsOf([[], [2], [0, 3]]),
    turn: Int32Array.of(0, 1, 2),
  };
}

function weightsAt(gate: Gate, interactions: number, observation = makeObservation()): Float32Array {
  const weights = new Float32Array(observation.rows).fill(Number.NaN);
  gate.weigh({ interactions, observation }, weights);
  return weights;
}

function checkWeights(gate: Gate): void {
  for (const interactions of MOMENTS) {
    weightsAt(gate, interactions).forEach((weight, session) => {
      checkRule(
        weight >= 0 && weight <= 1,
        `weights[${session}] after ${interactions} interactions: expected a number from 0 to 1; found ${weight}`,
      );
    });
  }
}

function checkDeterminism(make: () => Gate): void {
  const traceOf = (gate: Gate): string => MOMENTS.map((moment) => weightsAt(gate, moment).join()).join(' ');
  const [first, second] = [traceOf(make()), traceOf(make())];
  checkRule(first === second, 'two gates with the same input gave different weights');
}

function checkReadOnly(gate: Gate): void {
  const observation = makeObservation();
  for (const interactions of MOMENTS) weightsAt(gate, interactions, observation);
  checkRule(JSON.stringify(observation) === JSON.stringify(makeObservation()), 'the gate changed the observation');
}

function checkPure(gate: Gate): void {
  for (const interactions of MOMENTS) {
    const [first, second] = [weightsAt(gate, interactions), weightsAt(gate, interactions)];
    checkRule(
      first.join() === second.join(),
      `two calls after ${interactions} interactions gave ${first} and ${second}; only observe may change the state`,
    );
  }
}

/** Pieces of experience that a gate is shown. */
const PIECES = 6;

function observeAll(gate: Gate, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    gate.observe?.(makeExperience(index));
  }
}

function checkObserved(gate: Gate): void {
  for (let index = 0; index < PIECES; index++) {
    const experience = makeExperience(index);
    gate.observe?.(experience);
    const unchanged = makeExperience(index);
    const contentOf = ({ trajectories, propensities }: GateExperience): string =>
      JSON.stringify([trajectories, propensities()]);
    checkRule(contentOf(experience) === contentOf(unchanged), `observe changed experience ${index}`);
  }
}

function checkLearned(gate: Gate): void {
  for (let index = 0; index < PIECES; index++) {
    observeAll(gate, index, index + 1);
    checkWeights(gate);
  }
}

function checkResumed(make: () => Gate): void {
  const original = make();
  if (original.checkpoint === undefined) {
    if (original.observe === undefined) return;
    throw inconclusive(
      'the gate has observe, but no checkpoint and restore, so that no deployment with it can be resumed; add both',
    );
  }
  const resumed = make();
  checkRule(resumed.restore !== undefined, 'a gate with checkpoint: expected restore, too; found none');
  const half = PIECES / 2;
  observeAll(original, 0, half);
  // Another history, which restore has to replace.
  observeAll(resumed, 0, 1);
  resumed.restore?.(original.checkpoint());
  for (let index = half; index <= PIECES; index++) {
    for (const interactions of MOMENTS) {
      const [first, second] = [weightsAt(original, interactions), weightsAt(resumed, interactions)];
      const when = `after experience ${index} and ${interactions} interactions`;
      checkRule(
        first.join() === second.join(),
        `${when} the original has weights ${first}, the restored gate ${second}`,
      );
    }
    if (index < PIECES) for (const gate of [original, resumed]) observeAll(gate, index, index + 1);
  }
}
