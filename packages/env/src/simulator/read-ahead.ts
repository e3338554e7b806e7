import { responseTable } from '../models/response-table.js';
import type { SimulatorSettings } from './simulator-options.js';

/**
 * Reads the cells of a response table that the next responses depend on, so that they are in the processor's cache. Responses would each wait
 * for their own cell; here nothing depends on a cell, and the processor loads many at once.
 */
export class ReadAhead {
  readonly #table: Float32Array | undefined;
  readonly #items: number;
  /** A value that nothing uses would not be read. */
  readonly #sum = new Float32Array(1);

  constructor({ responses }: SimulatorSettings) {
    this.#table = responseTable(responses);
    this.#items = responses.items;
  }

  /**
   * Reads the cells of the sessions from `start` to `end - 1`, up to a multiple of four.
   * @param users `[sessions]`. @param actions `[sessions]` one item each.
   */
  read(users: Int32Array, actions: Int32Array, start: number, end: number): void {
    const table = this.#table;
    if (table === undefined) return;
    const items = this.#items;
    let sum = 0;
    // Four at a time: the checks of V8 in each round would leave room for fewer loads at once.
    for (let slot = start; slot + 3 < end; slot += 4) {
      const first = table[users[slot] * items + actions[slot]];
      const second = table[users[slot + 1] * items + actions[slot + 1]];
      const third = table[users[slot + 2] * items + actions[slot + 2]];
      const fourth = table[users[slot + 3] * items + actions[slot + 3]];
      sum += first + second + third + fourth;
    }
    this.#sum[0] = sum;
  }
}
