import { checkBoolean, checkObject, checkOptionNames } from '../checks/options.js';
import { counted, described, InvalidOptionError } from '../errors/invalid-option-error.js';
import { type Exclusions, noExclusions } from '../observation/exclusions.js';
import { type Observation, PADDING } from '../observation/observation.js';
import { TRAJECTORY_END, type Trajectories } from '../trajectories/trajectories.js';
import type { LoggedInteractions, LogHeader, StoredLog } from './interaction-log.js';
import { checkStoredLog } from './log-rules.js';

/** Maximum of turns times `historyLength`: the histories of all states then take 4 GiB at most. */
const MAX_PLACES = 2 ** 28;

/** Options of `trajectoriesOf`. */
export interface TrajectoriesOfOptions {
  /** Whether items could be shown again in a session. Default false: what a session was shown is excluded from its later turns. */
  readonly repeats?: boolean;
}

/**
 * Converts a log to experience for learners. A row is a turn, in the log's order; a trajectory is a session, in the order in which they
 * start, and a session whose log stops without an end is `open`. If sessions are logged from their first turn on, the histories are those
 * that the policy observed, bit for bit.
 *
 * A log does not hold everything that trajectories can:
 * - All items of the catalogue count as available.
 * - `propensity` is that of the log, NaN if it has none. For a slate the log has the probability of the whole slate: it stands at position
 *   0, with 1 at the other positions, so that the product is right and the factors are not.
 * - `choice` of slates is the first position with feedback other than 0, otherwise -1: a chosen item with feedback 0 looks like none.
 * - `chosenBy` and `policyVersion` are 0, unknown.
 * @throws {InvalidOptionError} for an invalid log, for one with an incomplete slate, for an item that a session was shown twice without
 *   `repeats`, and if turns times `historyLength` is more than 2^28; each place takes at most 16 bytes.
 */
export function trajectoriesOf(stored: StoredLog, options: TrajectoriesOfOptions = {}): Trajectories {
  checkStoredLog(stored);
  checkObject('options', options, 'an object, such as { repeats: true }');
  checkOptionNames(options, ['repeats']);
  const { repeats = false } = options;
  checkBoolean('repeats', repeats);
  const { header, log } = stored;
  const offsets = offsetsOf(log, header);
  const count = offsets.length - 1;
  const rows = offsets[count];
  checkPlaces(rows, header);
  const { slateSize } = header;
  const shown = shownItems(log, offsets, slateSize);
  if (!repeats) checkDistinct(shown, offsets, header);

  const available = new Uint8Array(header.items).fill(1);
  const states = emptyStates(rows, header, available, shown, repeats);
  const last = emptyStates(count, header, available, shown, repeats);
  for (let session = 0; session < count; session++) {
    last.session[session] = session;
    if (!repeats) last.exclusions.offset[session] = offsets[session] * slateSize;
  }
  const actions = new Int32Array(rows * slateSize);
  const propensity = new Float32Array(rows * slateSize).fill(log.propensity === undefined ? Number.NaN : 1);
  const reward = new Float32Array(rows);
  const choice = new Int32Array(rows).fill(-1);
  const steps = new Int32Array(rows);
  const trajectory = new Int32Array(rows);
  const end = new Uint8Array(count);
  /** `[count]`: the row of each session's current turn. */
  const current = new Int32Array(count);
  let begun = 0;
  log.session.forEach((session, k) => {
    const position = log.position[k];
    if (position === 0) {
      const row = begun++;
      current[session] = row;
      steps[offsets[session] + log.turn[k]] = row;
      trajectory[row] = session;
      copyState(last, session, states, row);
      if (log.propensity !== undefined) propensity[row * slateSize] = log.propensity[k];
    }
    const row = current[session];
    actions[row * slateSize + position] = log.item[k];
    reward[row] += log.reward[k];
    if (choice[row] === -1 && log.reward[k] !== 0) choice[row] = position;
    append(last, session, log.item[k], log.reward[k]);
    if (position < slateSize - 1) return;
    last.turn[session]++;
    if (!repeats) last.exclusions.count[session] += slateSize;
    if (log.terminated[k] === 1) end[session] = TRAJECTORY_END.terminated;
    else if (log.truncated[k] === 1) end[session] = TRAJECTORY_END.truncated;
  });
  return {
    ...{ rows, count, slateSize, states, actions, propensity, reward },
    ...(slateSize > 1 && { choice }),
    chosenBy: new Uint8Array(rows),
    policyVersion: new Float64Array(rows),
    ...{ offsets, steps, trajectory, end, last },
  };
}

/** `[sessions + 1]`: turns of all sessions before each session. @throws {InvalidOptionError} for an incomplete slate. */
function offsetsOf({ session }: LoggedInteractions, { slateSize }: LogHeader): Int32Array {
  const shown: number[] = [];
  for (const number of session) shown[number] = (shown[number] ?? 0) + 1;
  const offsets = new Int32Array(shown.length + 1);
  shown.forEach((rows, number) => {
    if (rows % slateSize !== 0) {
      const found = described(`${counted(rows, 'row')} of session ${number}`);
      throw new InvalidOptionError('log', found, `whole slates of ${slateSize}`);
    }
    offsets[number + 1] = offsets[number] + rows / slateSize;
  });
  return offsets;
}

function checkPlaces(turns: number, { historyLength }: LogHeader): void {
  if (turns * historyLength <= MAX_PLACES) return;
  const most = Math.floor(MAX_PLACES / turns);
  const remedy =
    most < 1
      ? 'split the log into several'
      : 'correct the header, or pass a shorter history: trajectoriesOf({ header: { ...header, historyLength: 10 }, log })';
  const expected = `at most ${Math.max(1, most)} for ${turns} turns, as each place takes at most 16 bytes; ${remedy}`;
  throw new InvalidOptionError('header.historyLength', historyLength, expected);
}

/** The items of all sessions, one session after the other, each in its order. */
function shownItems({ session, item }: LoggedInteractions, offsets: Int32Array, slateSize: number): Int32Array {
  const place = offsets.map((turns) => turns * slateSize);
  const shown = new Int32Array(session.length);
  session.forEach((number, k) => {
    shown[place[number]++] = item[k];
  });
  return shown;
}

/** @throws {InvalidOptionError} for an item that a session was shown twice. */
function checkDistinct(shown: Int32Array, offsets: Int32Array, { items, slateSize }: LogHeader): void {
  const seenBy = new Int32Array(items).fill(-1);
  for (let session = 0; session < offsets.length - 1; session++) {
    for (const item of shown.subarray(offsets[session] * slateSize, offsets[session + 1] * slateSize)) {
      if (seenBy[item] === session) {
        const expected = `true for this log: session ${session} was shown item ${item} twice`;
        throw new InvalidOptionError('repeats', false, expected);
      }
      seenBy[item] = session;
    }
  }
}

/** States at the beginning of sessions. The exclusions of all states share the items shown: the list of a turn is a prefix. */
function emptyStates(
  rows: number,
  { items, historyLength }: LogHeader,
  available: Uint8Array,
  shown: Int32Array,
  repeats: boolean,
): Observation {
  const none = noExclusions(rows);
  const exclusions: Exclusions = repeats ? none : { ...none, items: shown };
  return {
    ...{ rows, items, historyLength },
    session: new Float64Array(rows),
    turn: new Int32Array(rows),
    historyItems: new Int32Array(rows * historyLength).fill(PADDING),
    historyFeedback: new Float32Array(rows * historyLength),
    ...{ available, exclusions },
  };
}

function copyState(from: Observation, source: number, to: Observation, row: number): void {
  const { historyLength } = from;
  const [start, end] = [source * historyLength, (source + 1) * historyLength];
  to.session[row] = from.session[source];
  to.turn[row] = from.turn[source];
  to.historyItems.set(from.historyItems.subarray(start, end), row * historyLength);
  to.historyFeedback.set(from.historyFeedback.subarray(start, end), row * historyLength);
  to.exclusions.offset[row] = from.exclusions.offset[source];
  to.exclusions.count[row] = from.exclusions.count[source];
}

/** Drops the oldest interaction of a history and appends a new one. */
function append(
  { historyItems, historyFeedback, historyLength }: Observation,
  row: number,
  item: number,
  feedback: number,
): void {
  const [start, end] = [row * historyLength, (row + 1) * historyLength];
  historyItems.copyWithin(start, start + 1, end);
  historyFeedback.copyWithin(start, start + 1, end);
  historyItems[end - 1] = item;
  historyFeedback[end - 1] = feedback;
}
