import { type Catalogue, checkObject, counted, described, InvalidOptionError, PADDING } from '@ialp/core';
import { checkLog, type LogHeader, type StoredLog } from '@ialp/core/log';
import type { ImplicitDataset } from '../datasets/dataset.js';
import { splitByUserOrder } from '../datasets/split.js';

/** Maximum of `turns * historyLength` of `transitionsOf`: the histories before and after each turn then take 4 GiB. */
const MAX_PLACES = 2 ** 28;

/** The states, actions and rewards of a log, turn by turn: experience for offline learning. */
export interface Transitions {
  readonly turns: number;
  readonly historyLength: number;
  readonly slateSize: number;
  /** `[turns]` the session of each turn. */
  readonly session: Int32Array;
  /** `[turns, historyLength]` the history before the turn, newest last, padded on the left with `PADDING`. */
  readonly historyItems: Int32Array;
  /** `[turns, historyLength]` the feedback in that history, 0 for padding. */
  readonly historyFeedback: Float32Array;
  /** `[turns, slateSize]` the items shown. */
  readonly actions: Int32Array;
  /** `[turns]` the feedback to the item chosen. */
  readonly reward: Float32Array;
  /** `[turns]`; absent if the log has none. */
  readonly propensity?: Float32Array;
  /** `[turns]` */
  readonly terminated: Uint8Array;
  /** `[turns]` */
  readonly truncated: Uint8Array;
  /** `[turns, historyLength]` the history after the turn, also if the session ended with it. */
  readonly nextHistoryItems: Int32Array;
  /** `[turns, historyLength]` */
  readonly nextHistoryFeedback: Float32Array;
}

/**
 * Converts a log to transitions, in the order of its turns. If the log has complete sessions, the histories are those that the policy saw,
 * bit for bit.
 * @throws {InvalidOptionError} for an invalid log, and if turns times `historyLength` is more than 2^28; each place takes 16 bytes.
 */
export function transitionsOf(stored: StoredLog): Transitions {
  checkStored(stored);
  const { header, log } = stored;
  checkLog(log, header);
  const { historyLength, slateSize } = header;
  const turns = log.session.length / slateSize;
  if (!Number.isInteger(turns)) {
    throw new InvalidOptionError('log', described(counted(log.session.length, 'row')), `whole slates of ${slateSize}`);
  }
  if (turns * historyLength > MAX_PLACES) {
    const most = Math.floor(MAX_PLACES / turns);
    const remedy =
      most < 1
        ? 'split the log into several'
        : 'correct the header, or pass a shorter history: transitionsOf({ header: { ...header, historyLength: 10 }, log })';
    const expected = `at most ${Math.max(1, most)} for ${turns} turns, as each place takes 16 bytes; ${remedy}`;
    throw new InvalidOptionError('header.historyLength', historyLength, expected);
  }
  const histories = new Map<number, { items: Int32Array; feedback: Float32Array }>();
  const out = emptyTransitions(turns, header, log.propensity !== undefined);
  const next = new Map<number, number>();
  let used = 0;
  for (let row = 0; row < log.session.length; row++) {
    const session = log.session[row];
    // Rows of one turn are adjacent, except in logs of other programs.
    if (log.position[row] === 0) next.set(session, used++);
    const turn = next.get(session) as number;
    const history = histories.get(session) ?? {
      items: new Int32Array(historyLength).fill(PADDING),
      feedback: new Float32Array(historyLength),
    };
    histories.set(session, history);
    if (log.position[row] === 0) {
      out.session[turn] = session;
      out.historyItems.set(history.items, turn * historyLength);
      out.historyFeedback.set(history.feedback, turn * historyLength);
      if (log.propensity !== undefined) out.propensity?.set([log.propensity[row]], turn);
    }
    history.items.copyWithin(0, 1);
    history.feedback.copyWithin(0, 1);
    history.items[historyLength - 1] = log.item[row];
    history.feedback[historyLength - 1] = log.reward[row];
    out.actions[turn * slateSize + log.position[row]] = log.item[row];
    out.reward[turn] += log.reward[row];
    out.terminated[turn] = log.terminated[row];
    out.truncated[turn] = log.truncated[row];
    if (log.position[row] < slateSize - 1) continue;
    out.nextHistoryItems.set(history.items, turn * historyLength);
    out.nextHistoryFeedback.set(history.feedback, turn * historyLength);
    if (log.terminated[row] === 1 || log.truncated[row] === 1) histories.delete(session);
  }
  return out;
}

/** @throws {InvalidOptionError} unless a log with its header was passed. */
function checkStored(stored: StoredLog): void {
  const expected =
    'a log with its header, such as { header: env.header(), log: env.log() } or await readJsonLinesLog(path)';
  checkObject('stored', stored, expected);
  for (const part of ['header', 'log'] as const) checkObject(`stored.${part}`, stored[part], expected);
}

function emptyTransitions(
  turns: number,
  { historyLength, slateSize }: LogHeader,
  withPropensity: boolean,
): Transitions {
  return {
    ...{ turns, historyLength, slateSize },
    session: new Int32Array(turns),
    historyItems: new Int32Array(turns * historyLength),
    historyFeedback: new Float32Array(turns * historyLength),
    actions: new Int32Array(turns * slateSize),
    reward: new Float32Array(turns),
    ...(withPropensity && { propensity: new Float32Array(turns) }),
    terminated: new Uint8Array(turns),
    truncated: new Uint8Array(turns),
    nextHistoryItems: new Int32Array(turns * historyLength),
    nextHistoryFeedback: new Float32Array(turns * historyLength),
  };
}

/**
 * Converts a log to a data set of implicit feedback: users are the log's sessions, `value` is the feedback, and rows are in the order in
 * which they happened. The split holds out the end of each session.
 * @param catalogue the catalogue, with the log's number of items; item ids are not compared.
 * @throws {InvalidOptionError}
 */
export function logDataset(stored: StoredLog, catalogue: Catalogue): ImplicitDataset {
  checkStored(stored);
  const { header, log } = stored;
  checkLog(log, header);
  if (catalogue.items.length !== header.items) {
    throw new InvalidOptionError(
      'catalogue',
      described(counted(catalogue.items.length, 'item')),
      `${header.items} items, as the log has`,
    );
  }
  const users = 1 + log.session.reduce((most, session) => Math.max(most, session), -1);
  if (users === 0) throw new InvalidOptionError('log', described('no rows'), 'at least one row');
  const interactions = { users, user: log.session, item: log.item, value: log.reward };
  return {
    name: header.environment,
    feedback: 'implicit',
    catalogue,
    userIds: Array.from({ length: users }, (_, session) => String(session)),
    interactions,
    order: 'rows',
    split: splitByUserOrder(interactions, 'rows'),
  };
}
