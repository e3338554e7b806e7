import type { Random } from '@ialp/core';
import { DivergenceError } from '../errors.js';
import type { Histories } from '../network.js';
import type { Address, Arena } from './arena.js';
import { AttentionEncoder } from './encoders/attention.js';
import { type Encoder, type EncoderSizes, eachBlock, type HistoryTokens } from './encoders/encoder.js';
import { GruEncoder } from './encoders/gru.js';
import { MeanEncoder } from './encoders/mean.js';
import { UserFeatures } from './encoders/user-features.js';
import { ItemProjection, TIED_TABLE } from './item-projection.js';
import type { Kernels } from './kernels.js';
import { type Architecture, tableWidthOf, tokenWidthOf } from './network-options.js';
import type { ParameterSpec, Parameters } from './parameters.js';
import type { Share, ThreadPool } from './threads/thread-pool.js';

function createEncoder({ encoder, blocks }: Architecture, sizes: EncoderSizes, users: UserFeatures): Encoder {
  switch (encoder) {
    case 'mean':
      return new MeanEncoder(sizes, users);
    case 'gru':
      return new GruEncoder(sizes, users);
    case 'attention':
      return new AttentionEncoder(sizes, users, blocks);
  }
}

/** Maps histories to states: item tables, encoder and user features. */
export class StateEncoder {
  readonly parameters: readonly ParameterSpec[];
  /** `[rows, hidden]`: states of the last loaded batch, and their gradient. */
  state: Address = 0;
  dState: Address = 0;
  readonly #architecture: Architecture;
  /** Names of the item tables. */
  readonly #tables: readonly string[];
  readonly #encoder: Encoder;
  readonly #users: UserFeatures;
  /** Of tied items. */
  readonly projection: ItemProjection | undefined;

  constructor(architecture: Architecture) {
    const { items, historyLength, embedding, hidden, itemEmbeddings, userFeatures, itemOptimizer, tiedItems } =
      architecture;
    const tokenWidth = tokenWidthOf(architecture);
    const tableWidth = tableWidthOf(architecture);
    const trainedWidth = itemEmbeddings?.train === true ? tableWidth : embedding;
    this.projection = tiedItems ? new ItemProjection(hidden, tableWidth) : undefined;
    this.#architecture = architecture;
    this.#users = new UserFeatures(userFeatures, hidden);
    this.#encoder = createEncoder(
      architecture,
      {
        items,
        historyLength,
        tokenWidth,
        trainedWidth,
        hidden,
        tiedItems,
        compactGradients: itemOptimizer !== undefined,
      },
      this.#users,
    );
    const table = (name: string): ParameterSpec => ({
      ...{ name, rows: items, columns: tableWidth, isOutput: tiedItems },
      ...{ itemAxis: 0, frozenFrom: trainedWidth },
    });
    this.#tables = tiedItems ? [TIED_TABLE] : ['positive', 'negative'];
    this.parameters = [...this.#tables.map(table), ...this.#encoder.parameters, ...this.#users.parameters];
  }

  /**
   * Draws the initial weights. Given item embeddings are copied to different columns of `positive` and `negative`, so that a token
   * distinguishes positive from negative feedback.
   */
  initialize(parameters: Parameters, random: Random): void {
    const { embedding, itemEmbeddings } = this.#architecture;
    // Learned embeddings have unit length on average.
    const deviation = 1 / Math.sqrt(embedding);
    for (const [index, table] of this.#tables.entries()) {
      parameters.fillNormal(table, deviation, random, 0, embedding);
      if (itemEmbeddings === undefined) continue;
      const { data, width } = itemEmbeddings;
      parameters.eachRow(table, (row, item) => {
        row.set(data.subarray(item * width, (item + 1) * width), embedding + index * width);
      });
    }
    this.#encoder.initialize(parameters, random);
    this.#users.initialize(parameters, random);
    this.projection?.initialize(parameters, random);
  }

  reserve(arena: Arena, rows: number): void {
    const { hidden } = this.#architecture;
    this.#users.reserve(arena, rows);
    this.#encoder.reserve(arena, rows);
    this.state = arena.allocateFloats(rows * hidden);
    this.dState = arena.allocateFloats(rows * hidden);
    this.projection?.reserve(arena, rows);
  }

  /** Encodes a batch. @throws {DivergenceError} if a state is not finite. */
  encode(arena: Arena, threadPool: ThreadPool, parameters: Parameters, histories: Histories): void {
    const { rows } = histories;
    const { hidden } = this.#architecture;
    this.#users.load(arena, histories);
    this.#encoder.load(arena, histories);
    threadPool.run((kernels, share) => this.#encoder.forward(kernels, parameters, share));
    threadPool.run((kernels, share) => {
      eachBlock(share, rows, (from, to) => {
        this.#encoder.states(kernels, parameters, this.state, from, to);
        this.projection?.forward(kernels, parameters, this.state, from, to);
      });
    });
    const wrong = arena.floats(this.state, rows * hidden).findIndex((value) => !Number.isFinite(value));
    if (wrong === -1) return;
    const row = Math.floor(wrong / hidden);
    throw new DivergenceError(
      `The state of row ${row} is not finite: its feedback is not finite, or the weights are too large.`,
    );
  }

  /** What the actor scores items by, and its gradient: the states, or with tied items their projections. */
  get actorState(): Address {
    return this.projection?.out ?? this.state;
  }

  get dActorState(): Address {
    return this.projection?.dOut ?? this.dState;
  }

  /** The interactions of the last loaded batch. */
  get tokens(): HistoryTokens {
    return this.#encoder.tokens;
  }

  /** Prepares what `backward` needs; independent of the batch. */
  prepare(kernels: Kernels, parameters: Parameters, share: Share): void {
    this.#encoder.prepare(kernels, parameters, share);
    this.projection?.prepare(kernels, parameters, share);
  }

  /** Computes the gradients of the tokens from those of the states. */
  backward(kernels: Kernels, parameters: Parameters, share: Share): void {
    this.#encoder.backward(kernels, parameters, share, this.state, this.dState);
  }

  /** Adds to the gradients of the weights. */
  gradients(kernels: Kernels, parameters: Parameters, share: Share): void {
    this.#encoder.gradients(kernels, parameters, share, this.dState);
  }
}
