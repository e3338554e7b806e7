import { type Checkpoint, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import type { CheckpointReader } from '@ialp/core/checkpoint';
import type { Action } from '../policy.js';
import { grown } from './exclusion-lists.js';
import type { Feedback } from './trajectory-recorder.js';

/** The columns of trajectories that belong to single decisions. */
export type DecisionColumns = Pick<
  Trajectories,
  | 'actions'
  | 'propensity'
  | 'reward'
  | 'choice'
  | 'chosenBy'
  | 'policyVersion'
  | 'pretrainedPropensity'
  | 'onlinePropensity'
>;

/** Actions and feedback in rows that grow as they are needed. */
export class DecisionRows {
  readonly #slateSize: number;
  #actions: Int32Array<ArrayBuffer> = new Int32Array(0);
  #propensity: Float32Array<ArrayBuffer> = new Float32Array(0);
  #pretrained: Float32Array<ArrayBuffer> = new Float32Array(0);
  #online: Float32Array<ArrayBuffer> = new Float32Array(0);
  #chosenBy: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #policyVersion: Float64Array<ArrayBuffer> = new Float64Array(0);
  #reward: Float32Array<ArrayBuffer> = new Float32Array(0);
  #choice: Int32Array<ArrayBuffer> = new Int32Array(0);
  #end: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #isKnown: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Whether the action of each row has an attribution, and the feedback a choice. */
  #isAttributed: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #hasChoice: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(slateSize: number) {
    this.#slateSize = slateSize;
  }

  /** Writes row `from` of an action, whose feedback is not known yet. */
  writeAction(row: number, { items, propensity, attribution }: Action, from: number, policyVersion: number): void {
    this.#reserve(row + 1);
    const width = this.#slateSize;
    for (let k = 0; k < width; k++) {
      this.#actions[row * width + k] = items[from * width + k];
      this.#propensity[row * width + k] = propensity[from * width + k];
      this.#pretrained[row * width + k] = attribution?.pretrained[from * width + k] ?? Number.NaN;
      this.#online[row * width + k] = attribution?.online[from * width + k] ?? Number.NaN;
    }
    this.#chosenBy[row] = attribution?.chosenBy[from] ?? 0;
    this.#policyVersion[row] = policyVersion;
    this.#isKnown[row] = 0;
    this.#isAttributed[row] = attribution === undefined ? 0 : 1;
  }

  /** Writes row `from` of the feedback to the action of a row. */
  writeFeedback(row: number, { reward, terminated, truncated, choice }: Feedback, from: number): void {
    this.#reward[row] = reward[from];
    this.#choice[row] = choice?.[from] ?? 0;
    this.#end[row] =
      terminated[from] === 1
        ? TRAJECTORY_END.terminated
        : truncated[from] === 1
          ? TRAJECTORY_END.truncated
          : TRAJECTORY_END.open;
    this.#isKnown[row] = 1;
    this.#hasChoice[row] = choice === undefined ? 0 : 1;
  }

  /** Whether the feedback to the action of a row is known. */
  hasFeedback(row: number): boolean {
    return this.#isKnown[row] === 1;
  }

  /** How the session ended with a row, a value of `TRAJECTORY_END`. */
  endOf(row: number): number {
    return this.#end[row];
  }

  /** Copies a row of others. */
  copy(row: number, from: DecisionRows, fromRow: number): void {
    this.#reserve(row + 1);
    const width = this.#slateSize;
    for (let k = 0; k < width; k++) {
      this.#actions[row * width + k] = from.#actions[fromRow * width + k];
      this.#propensity[row * width + k] = from.#propensity[fromRow * width + k];
      this.#pretrained[row * width + k] = from.#pretrained[fromRow * width + k];
      this.#online[row * width + k] = from.#online[fromRow * width + k];
    }
    this.#chosenBy[row] = from.#chosenBy[fromRow];
    this.#policyVersion[row] = from.#policyVersion[fromRow];
    this.#reward[row] = from.#reward[fromRow];
    this.#choice[row] = from.#choice[fromRow];
    this.#isAttributed[row] = from.#isAttributed[fromRow];
    this.#hasChoice[row] = from.#hasChoice[fromRow];
  }

  /** The columns of the first `rows` rows: views. */
  columns(rows: number): DecisionColumns {
    const width = rows * this.#slateSize;
    return {
      actions: this.#actions.subarray(0, width),
      propensity: this.#propensity.subarray(0, width),
      reward: this.#reward.subarray(0, rows),
      ...(this.#hasChoice.subarray(0, rows).includes(1) && { choice: this.#choice.subarray(0, rows) }),
      chosenBy: this.#chosenBy.subarray(0, rows),
      policyVersion: this.#policyVersion.subarray(0, rows),
      ...(this.#isAttributed.subarray(0, rows).includes(1) && {
        pretrainedPropensity: this.#pretrained.subarray(0, width),
        onlinePropensity: this.#online.subarray(0, width),
      }),
    };
  }

  /** A copy of the first `rows` rows. */
  checkpoint(rows: number): Checkpoint {
    return Object.fromEntries(
      Object.entries(this.#all()).map(([name, column]) => [name, column.slice(0, rows * this.#widthOf(name))]),
    );
  }

  /** Reads a checkpoint of rows with slates of the same size, and returns a function that replaces all rows by them. @throws {CheckpointError} */
  read(reader: CheckpointReader, rows: number): () => void {
    const saved = Object.entries(this.#all()).map(([name, own]) => {
      const Kind = own.constructor as new (length: number) => typeof own;
      return [name, reader.array(name, Kind, rows * this.#widthOf(name))] as const;
    });
    return () => {
      this.#reserve(rows);
      const all = this.#all();
      for (const [name, column] of saved) all[name].set(column);
    };
  }

  #all(): Readonly<Record<string, Float32Array | Float64Array | Int32Array | Uint8Array>> {
    return {
      ...{ actions: this.#actions, propensity: this.#propensity, pretrained: this.#pretrained, online: this.#online },
      ...{ chosenBy: this.#chosenBy, policyVersion: this.#policyVersion, reward: this.#reward, choice: this.#choice },
      ...{ end: this.#end, isKnown: this.#isKnown, isAttributed: this.#isAttributed, hasChoice: this.#hasChoice },
    };
  }

  /** Numbers of a column in each row. */
  #widthOf(name: string): number {
    return ['actions', 'propensity', 'pretrained', 'online'].includes(name) ? this.#slateSize : 1;
  }

  #reserve(rows: number): void {
    if (rows <= this.#reward.length) return;
    const capacity = Math.max(rows, 2 * this.#reward.length, 64);
    const width = capacity * this.#slateSize;
    this.#actions = grown(this.#actions, new Int32Array(width));
    this.#propensity = grown(this.#propensity, new Float32Array(width));
    this.#pretrained = grown(this.#pretrained, new Float32Array(width));
    this.#online = grown(this.#online, new Float32Array(width));
    this.#chosenBy = grown(this.#chosenBy, new Uint8Array(capacity));
    this.#policyVersion = grown(this.#policyVersion, new Float64Array(capacity));
    this.#reward = grown(this.#reward, new Float32Array(capacity));
    this.#choice = grown(this.#choice, new Int32Array(capacity));
    this.#end = grown(this.#end, new Uint8Array(capacity));
    this.#isKnown = grown(this.#isKnown, new Uint8Array(capacity));
    this.#isAttributed = grown(this.#isAttributed, new Uint8Array(capacity));
    this.#hasChoice = grown(this.#hasChoice, new Uint8Array(capacity));
  }
}
