import type { States } from '../network.js';
import { TIED_TABLE } from './item-projection.js';
import type { ActionValueLoss } from './losses/action-value-loss.js';
import { distinct, type SampledActorLoss } from './losses/sampled-actor.js';
import type { TouchedRows } from './optimizer.js';
import { padded } from './parameters.js';
import type { ItemGroup } from './rowwise-adagrad.js';
import { TouchedItems } from './touched-items.js';
import type { TrainableNetwork } from './trainable-network.js';

/** The items of which a training step changes the weights: those of the histories, of the actor and of the action values. */
export class TrainedItems {
  readonly #network: TrainableNetwork;
  readonly #isTied: boolean;
  readonly #history: TouchedItems;
  readonly #actor: TouchedItems;
  readonly #q: TouchedItems;

  constructor(network: TrainableNetwork) {
    const { arena, items, actor } = network;
    const touched = (): TouchedItems => new TouchedItems(arena, items);
    this.#network = network;
    this.#isTied = actor?.table === TIED_TABLE;
    this.#history = touched();
    // A tied table has the rows that the history and the actor touch, together.
    this.#actor = this.#isTied ? this.#history : touched();
    this.#q = touched();
  }

  /** What an optimiser of the items changes, in the order of `most`. */
  groups(): ItemGroup[] {
    const { parameters, actor, q } = this.#network;
    const group = (touched: TouchedItems, ...names: string[]): ItemGroup => ({
      touched,
      slots: names.map((name) => parameters.slot(name)),
    });
    return [
      ...(this.#isTied ? [] : [group(this.#history, 'positive', 'negative')]),
      ...(actor ? [group(this.#actor, actor.table, actor.bias)] : []),
      ...(q ? [group(this.#q, q.table, q.bias)] : []),
    ];
  }

  /** The most items of each group that a batch of `rows` touches. @param sampleSize of a sampled softmax; 0 for the whole catalogue. */
  most(rows: number, sampleSize: number): number[] {
    const { historyLength, items, actor, q } = this.#network;
    const ofHistory = rows * historyLength;
    const ofActor = sampleSize > 0 ? rows + padded(sampleSize) : items;
    const untied = actor ? [ofHistory, ofActor] : [ofHistory];
    return [...(this.#isTied ? [ofHistory + ofActor] : untied), ...(q ? [rows] : [])];
  }

  /**
   * Gives the items that a batch trains their rows in the blocks of gradients.
   * @param sampled the loss of a sampled softmax; undefined for the whole catalogue.
   * @param q the loss of the action values; undefined if they are not trained.
   */
  place(sampled: SampledActorLoss | undefined, q: ActionValueLoss | undefined, rows: number): void {
    const { item, gradientRow, count } = this.#network.encoder.tokens;
    for (const touched of [this.#history, this.#actor, this.#q]) touched.clear();
    if (sampled !== undefined) sampled.touch(this.#actor);
    else if (this.#network.actor !== undefined) this.#actor.placeAll();
    this.#history.place(item, gradientRow, count);
    q?.touch(this.#q, rows);
  }

  /** The items of an output table that have been placed; undefined for all. */
  placed(table: string): Int32Array | undefined {
    return (table === this.#network.actor?.table ? this.#actor : this.#q).list();
  }

  /** The rows of all item tables that get a gradient from a batch. @param drawn the items of the actor. */
  rowsOf({ rows: count, historyLength, historyItems }: States, actions: Int32Array, drawn: Int32Array): TouchedRows[] {
    const { parameters, actor, q } = this.#network;
    const shown = distinct(historyItems.subarray(0, count * historyLength).filter((item) => item >= 0));
    const rowsOf = (name: string, rows: Int32Array): TouchedRows => ({ slot: parameters.slot(name), rows });
    const ofQ = q ? [rowsOf(q.table, distinct(actions))] : [];
    if (actor !== undefined && this.#isTied) return [rowsOf(actor.table, distinct(shown, drawn)), ...ofQ];
    return [
      rowsOf('positive', shown),
      rowsOf('negative', shown),
      ...(actor ? [rowsOf(actor.table, drawn)] : []),
      ...ofQ,
    ];
  }
}
