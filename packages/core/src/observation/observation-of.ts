import { checkInteger, checkNumber, checkObject } from '../checks/options.js';
import { counted, described, InvalidOptionError } from '../errors/invalid-option-error.js';
import { exclusionsOf } from './exclusions.js';
import { type Observation, PADDING } from './observation.js';

/** What is known of one session when its next items are chosen: a row of an observation. */
export interface SessionState {
  /** Key of the session: an integer of at least 0 that no later session has again. */
  readonly session: number;
  /** Turns so far; each showed one item, or one slate. */
  readonly turn: number;
  /**
   * Items shown, oldest first, and the feedback to each. The last `historyLength` are used. A slate adds all of its items, in slate order,
   * with feedback 0 to those that were not chosen. Default: nothing was shown yet.
   */
  readonly history?: { readonly items: ArrayLike<number>; readonly feedback: ArrayLike<number> };
  /** Items that may not be shown, such as those that the session has seen; repeated ones count once. Default: none. */
  readonly excluded?: ArrayLike<number>;
  /** User features. Default: none. */
  readonly userFeatures?: ArrayLike<number>;
}

/** What the rows of an observation share. */
export interface ObservationSettings {
  /** Interactions that an observation shows. */
  readonly historyLength: number;
  /**
   * `[items]`: 1 for an item that can be shown at all, otherwise 0. It is not copied: pass the same array until the catalogue changes, and
   * then a new one.
   */
  readonly available: Uint8Array;
}

/**
 * The observation of one session, or of several in one batch:
 *
 * ```ts
 * const history = { items: [3, 8], feedback: [1, 0] };
 * observationOf({ session: 71, turn: 2, history, excluded: [3, 8] }, { historyLength: 10, available });
 * ```
 *
 * @throws {InvalidOptionError} for a key or a turn that is not an integer of at least 0, an item that is not in the catalogue, feedback or a
 *   user feature that is not a finite number, or numbers of either that differ.
 */
export function observationOf(
  states: SessionState | readonly SessionState[],
  { historyLength, available }: ObservationSettings,
): Observation {
  const rows = (Array.isArray(states) ? states : [states]) as readonly SessionState[];
  if (!(available instanceof Uint8Array)) throw new InvalidOptionError('available', available, 'a Uint8Array, [items]');
  checkInteger('historyLength', historyLength, 1);
  if (rows.length === 0) throw new InvalidOptionError('states', described('none'), 'at least one session');
  const items = available.length;
  const historyItems = new Int32Array(rows.length * historyLength).fill(PADDING);
  const historyFeedback = new Float32Array(rows.length * historyLength);
  for (const [row, state] of rows.entries()) {
    const name = Array.isArray(states) ? `states[${row}]` : 'state';
    checkState(name, state, items);
    if (state.history === undefined) continue;
    const shown = state.history.items.length;
    for (let back = 1; back <= Math.min(historyLength, shown); back++) {
      historyItems[(row + 1) * historyLength - back] = state.history.items[shown - back];
      historyFeedback[(row + 1) * historyLength - back] = state.history.feedback[shown - back];
    }
  }
  return {
    ...{ rows: rows.length, items, historyLength },
    session: Float64Array.from(rows, ({ session }) => session),
    turn: Int32Array.from(rows, ({ turn }) => turn),
    ...{ historyItems, historyFeedback, available },
    exclusions: exclusionsOf(rows.map(({ excluded = [] }) => distinct(excluded))),
    ...featuresOf(rows),
  };
}

/** The items of a list, each once, in the order in which they come first. */
function distinct(items: ArrayLike<number>): Int32Array {
  const found = new Set<number>();
  for (let k = 0; k < items.length; k++) found.add(items[k]);
  return Int32Array.from(found);
}

/** @throws {InvalidOptionError} */
function checkState(name: string, state: SessionState, items: number): void {
  checkObject(name, state, 'the state of a session: { session, turn, history, excluded }');
  const { session, turn, history, excluded = [] } = state;
  checkInteger(`${name}.session`, session, 0);
  checkInteger(`${name}.turn`, turn, 0, 2 ** 31 - 1);
  checkItems(`${name}.excluded`, excluded, items);
  if (history === undefined) return;
  checkItems(`${name}.history.items`, history.items, items);
  const { length } = history.items;
  if (history.feedback?.length !== length) {
    const found = described(counted(history.feedback?.length ?? 0, 'number'));
    throw new InvalidOptionError(`${name}.history.feedback`, found, `one for each of the ${counted(length, 'item')}`);
  }
  for (let k = 0; k < length; k++) {
    // Names are only made for what is wrong: this runs for each decision.
    if (!Number.isFinite(history.feedback[k])) checkNumber(`${name}.history.feedback[${k}]`, history.feedback[k]);
  }
}

function checkItems(name: string, list: ArrayLike<number>, items: number): void {
  if (!Number.isSafeInteger((list as ArrayLike<number> | null)?.length)) {
    throw new InvalidOptionError(name, list, 'a list of items');
  }
  for (let k = 0; k < list.length; k++) {
    const item = list[k];
    if (!(Number.isInteger(item) && item >= 0 && item < items)) checkInteger(`${name}[${k}]`, item, 0, items - 1);
  }
}

/** @throws {InvalidOptionError} */
function featuresOf(rows: readonly SessionState[]): Pick<Observation, 'userFeatures'> {
  const width = rows[0].userFeatures?.length ?? 0;
  const userFeatures = new Float32Array(rows.length * width);
  for (const [row, { userFeatures: own = [] }] of rows.entries()) {
    if (own.length !== width) {
      const found = described(counted(own.length, 'number'));
      throw new InvalidOptionError(`states[${row}].userFeatures`, found, `${width}, as in the first row`);
    }
    for (let k = 0; k < width; k++) {
      checkNumber(`userFeatures[${k}] of row ${row}`, own[k]);
      userFeatures[row * width + k] = own[k];
    }
  }
  return width === 0 ? {} : { userFeatures };
}
