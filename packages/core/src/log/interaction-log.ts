/**
 * Logged interactions as columns, in order of time. Rows of parallel sessions are interleaved. The metrics of sessions
 * read only these columns.
 */
export interface InteractionLog {
  /** `[rows]` session of each interaction, numbered from 0 in the order in which sessions start. */
  readonly session: Int32Array;
  /** `[rows]` feedback; 0 for an item that was not chosen from its slate. */
  readonly reward: Float32Array;
  /** `[rows]` 1 in all rows of the turn after which the user left. */
  readonly terminated: Uint8Array;
  /** `[rows]` 1 in all rows of the turn after which a limit ended the session. */
  readonly truncated: Uint8Array;
}

/** The same with the shown items. The items of a slate are consecutive rows. */
export interface LoggedInteractions extends InteractionLog {
  /** `[rows]` turn within the session, from 0. */
  readonly turn: Int32Array;
  /** `[rows]` position within the slate, from 0; 0 if slates have one item. */
  readonly position: Int32Array;
  /** `[rows]` index of the shown item. */
  readonly item: Int32Array;
  /**
   * `[rows]` probability of the item under the logging policy; for a slate, the probability of the whole slate in each
   * of its rows. Above 0, at most 1. Absent if unknown; other policies can then not be evaluated.
   */
  readonly propensity?: Float32Array;
}

/** Description of a log. */
export interface LogHeader {
  /** Name of the environment. */
  readonly environment: string;
  /** Number of items in the catalogue; at least 1. */
  readonly items: number;
  /** Number of items per turn; at least 1. */
  readonly slateSize: number;
  /** Length of the history that the policy observes (`L`); at least 1. */
  readonly historyLength: number;
  /** Description of the logging policy. */
  readonly policy?: string;
  /** `[items]` ids of the catalogue, so that the log can be read without it. */
  readonly itemIds?: readonly string[];
  /** Further information. */
  readonly about?: Readonly<Record<string, string>>;
}

/** Columns without `turn` and `position`, which can be computed, such as those of `runOnline` of `@ialp/policy`. */
export type PlainInteractions = Omit<LoggedInteractions, 'turn' | 'position'>;

/** Adds turns and positions to a log: the rows of a session in order, `slateSize` per turn. */
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

/** A log with its header. */
export interface StoredLog {
  readonly header: LogHeader;
  readonly log: LoggedInteractions;
}

/** Name of the format: in the first line of a text file, or the key of the header in the metadata of a Parquet file. */
export const LOG_FORMAT = 'ialp.log';
