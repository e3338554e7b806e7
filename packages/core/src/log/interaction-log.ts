/**
 * Logged interactions as columns, in the order in which they happened. Sessions that ran side by side are interleaved.
 * Whatever produced the log, these columns are all that measures of sessions read.
 */
export interface InteractionLog {
  /** `[rows]` the session of each interaction, numbered from 0 in the order in which sessions began. */
  readonly session: Int32Array;
  /** `[rows]` the feedback; 0 for an item that was not chosen from its slate. */
  readonly reward: Float32Array;
  /** `[rows]` 1 in each row of the turn after which the user left. */
  readonly terminated: Uint8Array;
  /** `[rows]` 1 in each row of the turn after which a limit cut the session. */
  readonly truncated: Uint8Array;
}

/** The same with what was shown. The items of a slate are consecutive rows. */
export interface LoggedInteractions extends InteractionLog {
  /** `[rows]` the turn within the session, from 0. */
  readonly turn: Int32Array;
  /** `[rows]` the position within the slate, from 0; 0 if one item is shown at a time. */
  readonly position: Int32Array;
  /** `[rows]` the item shown. */
  readonly item: Int32Array;
  /**
   * `[rows]` the probability with which the policy that acted showed the item; of a slate that of the slate, in each of its
   * rows. Above 0, at most 1. Absent if it is not known: then nothing can be said of other policies.
   */
  readonly propensity?: Float32Array;
}

/** What a log is about. */
export interface LogHeader {
  /** The environment's name. */
  readonly environment: string;
  /** Items in the catalogue; at least 1. */
  readonly items: number;
  /** Items shown at each turn. At least 1. */
  readonly slateSize: number;
  /** How many interactions back the policy saw (`L`). At least 1. */
  readonly historyLength: number;
  /** What acted, in your words. */
  readonly policy?: string;
  /** `[items]` the catalogue's ids, so that the log can be read without it. */
  readonly itemIds?: readonly string[];
  /** Whatever else you want to know later. */
  readonly about?: Readonly<Record<string, string>>;
}

/** Columns of which `turn` and `position` can be made, such as `interact` of `@ialp/policy` gives them. */
export type PlainInteractions = Omit<LoggedInteractions, 'turn' | 'position'>;

/**
 * Adds turns and positions to columns of a log that has none: the rows of a session, `slateSize` to a turn, in their order.
 */
export function completeLog(columns: PlainInteractions, slateSize = 1): LoggedInteractions {
  const shown: number[] = [];
  const turn = new Int32Array(columns.session.length);
  const position = new Int32Array(columns.session.length);
  columns.session.forEach((session, row) => {
    const before = shown[session] ?? 0;
    turn[row] = Math.floor(before / slateSize);
    position[row] = before % slateSize;
    shown[session] = before + 1;
  });
  return { ...columns, turn, position };
}

/** A log and what it is about. */
export interface StoredLog {
  readonly header: LogHeader;
  readonly log: LoggedInteractions;
}

/** The format's name: in the first line of a text file, or the key of the header in a Parquet file's metadata. */
export const LOG_FORMAT = 'ialp.log';
