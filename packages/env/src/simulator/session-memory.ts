import type { Checkpoint, EnvironmentSpec, Session } from '@ialp/core';
import type { CheckpointReader } from '@ialp/core/checkpoint';
import { checkNumbers } from '../checkpoint-checks.js';

/** The checked state of a memory. */
export interface SavedMemory {
  /** `[sessions]` */
  readonly turn: Int32Array;
  restore(): void;
}

/**
 * The last interactions of every session. The object is a view of one session at a time, chosen by `select`, so that a step
 * allocates nothing.
 */
export class SessionMemory implements Session {
  /** `[sessions]` turns so far. */
  readonly turns: Int32Array;
  /** `[sessions]` users of the sessions. */
  readonly users: Int32Array;
  readonly #rewards: Float32Array;
  readonly #items: Int32Array;
  readonly #feedback: Float32Array;
  readonly #slateSize: number;
  readonly #shift: number;
  readonly #last: number;
  #slot = 0;
  /** Where the ring buffer of the selected session begins, and the number of its newest interaction, -1 for none. */
  #ring = 0;
  #newest = -1;

  /** @param window the number of interactions to store, rounded up to a power of two. */
  constructor(sessions: number, window: number, slateSize: number) {
    this.#shift = Math.ceil(Math.log2(Math.max(1, window)));
    this.#last = (1 << this.#shift) - 1;
    this.#slateSize = slateSize;
    this.turns = new Int32Array(sessions);
    this.users = new Int32Array(sessions);
    this.#rewards = new Float32Array(sessions);
    this.#items = new Int32Array(sessions * (this.#last + 1));
    this.#feedback = new Float32Array(sessions * (this.#last + 1));
  }

  get user(): number {
    return this.users[this.#slot];
  }

  get turn(): number {
    return this.turns[this.#slot];
  }

  get shown(): number {
    return this.#newest + 1;
  }

  get reward(): number {
    return this.#rewards[this.#slot];
  }

  item(back: number): number {
    return this.#items[this.#place(back)];
  }

  feedback(back: number): number {
    return this.#feedback[this.#place(back)];
  }

  /** Selects the session that this object shows. */
  select(slot: number): void {
    this.#slot = slot;
    this.#ring = slot << this.#shift;
    this.#newest = this.turns[slot] * this.#slateSize - 1;
  }

  /** Begins a session in the selected slot. */
  begin(user: number): void {
    this.users[this.#slot] = user;
    this.#rewards[this.#slot] = 0;
    this.turns[this.#slot] = 0;
    this.#newest = -1;
  }

  /** Adds an interaction to the selected session. */
  append(item: number, feedback: number): void {
    this.#newest++;
    const place = this.#place(0);
    this.#items[place] = item;
    this.#feedback[place] = feedback;
  }

  /** Ends a turn after all of its items were appended. */
  endTurn(reward: number): void {
    this.#rewards[this.#slot] = reward;
    this.turns[this.#slot]++;
  }

  /**
   * Adds a turn of one item to all sessions.
   * @param items `[sessions]`. @param feedback `[sessions]`
   */
  appendTurn(items: Int32Array, feedback: Float32Array): void {
    const turns = this.turns;
    const rewards = this.#rewards;
    const ringItems = this.#items;
    const ringFeedback = this.#feedback;
    const shift = this.#shift;
    const last = this.#last;
    for (let slot = 0; slot < turns.length; slot++) {
      const place = (slot << shift) + (turns[slot] & last);
      ringItems[place] = items[slot];
      ringFeedback[place] = feedback[slot];
      rewards[slot] = feedback[slot];
      turns[slot]++;
    }
  }

  /** A copy of the state of all sessions. */
  checkpoint(): Checkpoint {
    return {
      user: this.users.slice(),
      turn: this.turns.slice(),
      reward: this.#rewards.slice(),
      items: this.#items.slice(),
      feedback: this.#feedback.slice(),
    };
  }

  /**
   * Checks a checkpoint without changing anything.
   * @throws {CheckpointError}
   */
  read(reader: CheckpointReader, spec: EnvironmentSpec, userPool: Int32Array): SavedMemory {
    const { sessions, items, slateSize, maxTurns, repeats, rewardRange } = spec;
    const user = reader.array('user', Int32Array, sessions);
    const pool = new Set(userPool);
    checkNumbers('memory.user', user, (value) => pool.has(value), "a user of this environment's userPool");
    const turn = reader.array('turn', Int32Array, sessions);
    const last = repeats ? maxTurns : Math.min(maxTurns, Math.floor(items / slateSize));
    checkNumbers('memory.turn', turn, (value) => value >= 0 && value <= last, `a number of turns from 0 to ${last}`);
    const reward = reader.array('reward', Float32Array, sessions);
    const shown = reader.items('items', items, this.#items.length);
    const feedback = reader.array('feedback', Float32Array, this.#feedback.length);
    const [least, greatest] = rewardRange.map(Math.fround);
    // 0 stands where nothing was shown yet.
    const isFeedback = (value: number): boolean => value === 0 || (value >= least && value <= greatest);
    checkNumbers('memory.reward', reward, isFeedback, `a reward from ${least} to ${greatest}`);
    checkNumbers('memory.feedback', feedback, isFeedback, `feedback from ${least} to ${greatest}`);
    const restore = (): void => {
      this.users.set(user);
      this.turns.set(turn);
      this.#rewards.set(reward);
      this.#items.set(shown);
      this.#feedback.set(feedback);
    };
    return { turn, restore };
  }

  /** Each session has a ring buffer whose length is a power of two; interaction `k` is at `k` modulo the length. */
  #place(back: number): number {
    return this.#ring + ((this.#newest - back) & this.#last);
  }
}
