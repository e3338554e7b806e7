import { type Exclusions, excludedIn, exclusionsOf } from '../observation/exclusions.js';
import type { Observation } from '../observation/observation.js';
import { followingRows, type Trajectories } from './trajectories.js';

/**
 * The state after each row: that of the row that follows in its trajectory, and the trajectory's last state after its last row. New
 * arrays.
 */
export function nextStates(trajectories: Trajectories): Observation {
  const { rows, states, last, trajectory } = trajectories;
  const following = followingRows(trajectories);
  const { items, historyLength } = states;
  const width = (states.userFeatures?.length ?? 0) / rows;
  const next = {
    ...{ rows, items, historyLength },
    session: new Float64Array(rows),
    turn: new Int32Array(rows),
    historyItems: new Int32Array(rows * historyLength),
    historyFeedback: new Float32Array(rows * historyLength),
    ...(width > 0 && { userFeatures: new Float32Array(rows * width) }),
    ...nextAllowances(trajectories, following),
  };
  for (let row = 0; row < rows; row++) {
    const [from, place] = following[row] >= 0 ? [states, following[row]] : [last, trajectory[row]];
    next.session[row] = from.session[place];
    next.turn[row] = from.turn[place];
    for (let k = 0; k < historyLength; k++) {
      next.historyItems[row * historyLength + k] = from.historyItems[place * historyLength + k];
      next.historyFeedback[row * historyLength + k] = from.historyFeedback[place * historyLength + k];
    }
    for (let k = 0; k < width; k++) next.userFeatures![row * width + k] = from.userFeatures![place * width + k];
  }
  return next;
}

function nextAllowances(
  { rows, states, last, trajectory }: Trajectories,
  following: Int32Array,
): Pick<Observation, 'available' | 'exclusions'> {
  if (states.available === last.available) {
    return {
      available: states.available,
      exclusions: joined(states.exclusions, last.exclusions, following, trajectory),
    };
  }
  // What is available differs: a row excludes what is available only in the others.
  const available = states.available.map((value, item) => value | last.available[item]);
  const missing = (own: Uint8Array): number[] =>
    Array.from(available.keys()).filter((item) => available[item] === 1 && own[item] === 0);
  const [missingStates, missingLast] = [missing(states.available), missing(last.available)];
  const lists = Array.from({ length: rows }, (_, row) => {
    const isLast = following[row] < 0;
    const own = isLast ? excludedIn(last.exclusions, trajectory[row]) : excludedIn(states.exclusions, following[row]);
    const more = (isLast ? missingLast : missingStates).filter((item) => !own.includes(item));
    return [...own, ...more];
  });
  return { available, exclusions: exclusionsOf(lists) };
}

/** Lists of `states` where a row follows, else of `last`; the lists themselves are copied once, not by row. */
function joined(states: Exclusions, last: Exclusions, following: Int32Array, trajectory: Int32Array): Exclusions {
  const items = new Int32Array(states.items.length + last.items.length);
  items.set(states.items);
  items.set(last.items, states.items.length);
  const offset = following.map((row, k) =>
    row >= 0 ? states.offset[row] : states.items.length + last.offset[trajectory[k]],
  );
  const count = following.map((row, k) => (row >= 0 ? states.count[row] : last.count[trajectory[k]]));
  return { offset, count, items };
}
