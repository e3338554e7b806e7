import type { LoggedInteractions } from './interaction-log.js';
import type { LogRow } from './log-rules.js';

/** Columns that grow row by row: capacity doubles when it is full. */
export class LogColumns {
  #capacity: Required<LoggedInteractions> = columnsOf(1024);
  #rows = 0;
  #withPropensity = false;

  /** Number of rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Appends a row. */
  append(row: LogRow): void {
    if (this.#rows === this.#capacity.session.length) this.#grow();
    const k = this.#rows++;
    const columns = this.#capacity;
    columns.session[k] = row.session;
    columns.turn[k] = row.turn;
    columns.position[k] = row.position;
    columns.item[k] = row.item;
    columns.reward[k] = row.reward;
    columns.propensity[k] = row.propensity ?? 0;
    columns.terminated[k] = row.terminated;
    columns.truncated[k] = row.truncated;
    this.#withPropensity = row.propensity !== undefined;
  }

  /** Copies of the columns with the rows so far. */
  log(): LoggedInteractions {
    const { propensity, ...columns } = this.#capacity;
    const end = this.#rows;
    return {
      session: columns.session.slice(0, end),
      turn: columns.turn.slice(0, end),
      position: columns.position.slice(0, end),
      item: columns.item.slice(0, end),
      reward: columns.reward.slice(0, end),
      ...(this.#withPropensity && { propensity: propensity.slice(0, end) }),
      terminated: columns.terminated.slice(0, end),
      truncated: columns.truncated.slice(0, end),
    };
  }

  #grow(): void {
    const larger = columnsOf(2 * this.#rows);
    for (const name of Object.keys(larger) as (keyof LoggedInteractions)[]) larger[name].set(this.#capacity[name]);
    this.#capacity = larger;
  }
}

function columnsOf(rows: number): Required<LoggedInteractions> {
  return {
    session: new Int32Array(rows),
    turn: new Int32Array(rows),
    position: new Int32Array(rows),
    item: new Int32Array(rows),
    reward: new Float32Array(rows),
    propensity: new Float32Array(rows),
    terminated: new Uint8Array(rows),
    truncated: new Uint8Array(rows),
  };
}
