import type { Checkpoint, Observation } from '@ialp/core';
import type { CheckpointReader } from '@ialp/core/checkpoint';
import type { Action } from '../policy.js';
import { DecisionRows } from './decision-rows.js';
import { StateRows, type StateShape } from './state-rows.js';
import type { Feedback } from './trajectory-recorder.js';

/** Decisions that wait for feedback, or for that to an earlier decision of their session. Their rows are used again. */
export class WaitingDecisions {
  /** The states in which they were made, and after the feedback. */
  readonly states: StateRows;
  readonly after: StateRows;
  readonly decisions: DecisionRows;
  readonly #free: number[] = [];
  #rows = 0;

  constructor(shape: StateShape, slateSize: number) {
    this.states = new StateRows(shape);
    this.after = new StateRows(shape);
    this.decisions = new DecisionRows(slateSize);
  }

  /** Rows in use. */
  get size(): number {
    return this.#rows - this.#free.length;
  }

  /** Adds row `from` of an observation with its action. @returns its row. */
  add(observation: Observation, action: Action, from: number, policyVersion: number): number {
    const row = this.#free.pop() ?? this.#rows++;
    this.states.write(row, observation, from);
    this.decisions.writeAction(row, action, from, policyVersion);
    return row;
  }

  /** Writes row `from` of the feedback to a decision, and of the states after it. */
  setFeedback(row: number, observation: Observation, feedback: Feedback, from: number): void {
    this.decisions.writeFeedback(row, feedback, from);
    this.after.write(row, observation, from);
  }

  /** Forgets a decision. Its state, without the one after it, may have been forgotten before. */
  remove(row: number): void {
    this.after.free(row);
    this.#free.push(row);
  }

  /** Forgets all decisions. */
  clear(): void {
    this.#free.length = 0;
    this.#rows = 0;
    this.states.clear();
    this.after.clear();
  }

  /** A copy of all rows. */
  checkpoint(): Checkpoint {
    const rows = this.#rows;
    return {
      rows,
      states: this.states.checkpoint(rows),
      after: this.after.checkpoint(rows),
      decisions: this.decisions.checkpoint(rows),
    };
  }

  /**
   * Reads a checkpoint.
   * @returns the number of its rows, and a function that replaces all decisions by its, of which those in the given rows are in use.
   * @throws {CheckpointError}
   */
  read(reader: CheckpointReader): { readonly rows: number; readonly restore: (inUse: ReadonlySet<number>) => void } {
    const rows = reader.count('rows');
    const states = this.states.read(reader.part('states'), rows);
    const after = this.after.read(reader.part('after'), rows);
    const restoreDecisions = this.decisions.read(reader.part('decisions'), rows);
    const restore = (inUse: ReadonlySet<number>): void => {
      this.clear();
      this.states.restore(states);
      this.after.restore(after);
      restoreDecisions();
      this.#rows = rows;
      for (let row = 0; row < rows; row++) {
        if (inUse.has(row)) continue;
        this.states.free(row);
        this.remove(row);
      }
    };
    return { rows, restore };
  }
}
