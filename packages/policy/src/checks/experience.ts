import { described, InvalidOptionError, type Trajectories } from '@ialp/core';
import { DivergenceError, ShapeError } from '../errors.js';
import { foundOf } from './arguments.js';
import { checkArray, checkChoice, checkKeys, checkStates, type ExpectedStates } from './states.js';

/**
 * Throws unless a value is trajectories of at least one row, whose arrays have the lengths that follow from their sizes, and whose
 * sessions each have one trajectory of consecutive turns.
 * @throws {InvalidOptionError} {ShapeError}
 */
export function checkTrajectories(trajectories: Trajectories, expected: ExpectedStates): void {
  if (typeof trajectories !== 'object' || trajectories === null || !('offsets' in trajectories)) {
    const remedy =
      'runOnline({ environment, learner, ... }) records them and calls learn; recorder.take() of a TrajectoryRecorder makes them, and ' +
      "trajectoriesOf({ header, log: completeLog(log) }) of '@ialp/core/log' makes them of a log";
    throw new InvalidOptionError('trajectories', foundOf(trajectories), `Trajectories: ${remedy}`);
  }
  const { rows, count, slateSize, states, actions, propensity, reward, offsets, steps, trajectory, end, last } =
    trajectories;
  if (!(rows >= 1)) {
    throw new InvalidOptionError('trajectories', described('no rows'), 'at least one decision with its feedback');
  }
  checkStates(states, expected, 'trajectories');
  checkKeys(states, 'trajectories');
  if (states.rows !== rows) throw new ShapeError('rows of the states of the trajectories', states.rows, rows);
  const [perRow, perItem, perTrajectory] = ['one for each row', 'rows * slateSize', 'one for each trajectory'];
  checkArray('actions of the trajectories', actions, 'Int32Array', rows * slateSize, perItem);
  checkArray('propensity of the trajectories', propensity, 'Float32Array', rows * slateSize, perItem);
  checkArray('reward of the trajectories', reward, 'Float32Array', rows, perRow);
  checkArray('trajectory of the trajectories', trajectory, 'Int32Array', rows, perRow);
  checkArray('steps of the trajectories', steps, 'Int32Array', rows, perRow);
  checkArray('offsets of the trajectories', offsets, 'Int32Array', count + 1, 'count + 1');
  checkArray('end of the trajectories', end, 'Uint8Array', count, perTrajectory);
  checkArray('chosenBy of the trajectories', trajectories.chosenBy, 'Uint8Array', rows, perRow);
  checkArray('policyVersion of the trajectories', trajectories.policyVersion, 'Float64Array', rows, perRow);
  if (trajectories.choice !== undefined)
    checkChoice('choice of the trajectories', trajectories.choice, rows, slateSize);
  checkStates(last, expected, 'last states of the trajectories');
  if (last.rows !== count) throw new ShapeError('rows of the last states of the trajectories', last.rows, count);
  for (let place = 0; place < actions.length; place++) {
    if (actions[place] >= 0 && actions[place] < states.items) continue;
    const items = `an item from 0 to ${states.items - 1}`;
    throw new InvalidOptionError(`trajectories.actions[${place}]`, actions[place], items);
  }
  checkSteps(trajectories);
}

/** @throws {InvalidOptionError} unless the steps of each trajectory are consecutive turns of one session. */
function checkSteps({ rows, count, states, offsets, steps, trajectory }: Trajectories): void {
  if (offsets[0] !== 0 || offsets[count] !== rows) {
    const found = described(`${offsets[0]} to ${offsets[count]}`);
    throw new InvalidOptionError('trajectories.offsets', found, `from 0 to ${rows}, the number of rows`);
  }
  const sessions = new Set<number>();
  for (let k = 0; k < count; k++) {
    const first = steps[offsets[k]];
    const key = states.session[first];
    if (sessions.has(key)) {
      const found = described(`session ${key} in two trajectories`);
      throw new InvalidOptionError(`trajectory ${k}`, found, 'one trajectory of each session: they would overlap');
    }
    sessions.add(key);
    for (let place = offsets[k]; place < offsets[k + 1]; place++) {
      const row = steps[place];
      const turn = states.turn[first] + place - offsets[k];
      if (row >= 0 && row < rows && trajectory[row] === k && states.session[row] === key && states.turn[row] === turn)
        continue;
      const found = described(
        `turn ${states.turn[row]} of session ${states.session[row]} in step ${place - offsets[k]}`,
      );
      throw new InvalidOptionError(`trajectory ${k}`, found, `turn ${turn} of session ${key}: consecutive steps of it`);
    }
  }
}

/**
 * Throws unless a learner can learn from trajectories: their propensities are probabilities above 0, as importance weights need.
 * @throws {InvalidOptionError} {ShapeError}
 */
export function checkExperience(trajectories: Trajectories, expected: ExpectedStates): void {
  checkTrajectories(trajectories, expected);
  const { propensity } = trajectories;
  // Propensities of mixtures are sums of rounded terms and may exceed 1 slightly.
  const wrong = propensity.findIndex((value) => !(value > 0 && value < 1.001));
  if (wrong === -1) return;
  const name = `trajectories.propensity[${wrong}]`;
  throw new InvalidOptionError(name, propensity[wrong], 'a probability above 0, at most 1');
}

/** Throws for slates, from which a learner cannot learn. @param what name of the function that made it. @throws {InvalidOptionError} */
export function checkNoSlates({ slateSize }: Trajectories, what: string): void {
  if (slateSize === 1) return;
  const found = described(`slates of ${slateSize} items`);
  const expected = `single items, from which ${what} learns; createA2C, createReinforce and createSlateQ learn from slates`;
  throw new InvalidOptionError('trajectories', found, expected);
}

/**
 * Throws unless all rewards are finite. One that is not would corrupt a learner's stored state, or go unnoticed in rows that it
 * does not use.
 * @throws {DivergenceError}
 */
export function checkFiniteRewards({ reward }: Pick<Trajectories, 'reward'>): void {
  const wrong = reward.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  const message = `trajectories.reward[${wrong}]: expected a finite number; found ${reward[wrong]}. Correct what the environment gives.`;
  throw new DivergenceError(message);
}
