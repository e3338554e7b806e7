import type { Random } from '@ialp/core';
import { DivergenceError } from '../errors.js';
import type { Histories } from '../network.js';
import type { Address, Arena } from './arena.js';
import { AttentionEncoder } from './encoders/attention.js';
import { type Encoder, type EncoderSizes, eachBlock } from './encoders/encoder.js';
import { GruEncoder } from './encoders/gru.js';
import { MeanEncoder } from './encoders/mean.js';
import { UserFeatures } from './encoders/user-features.js';
import type { Kernels } from './kernels.js';
import { type Architecture, tokenWidthOf } from './network-options.js';
import type { ParameterSpec, Parameters } from './parameters.js';
import type { Share, Team } from './threads/team.js';

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

/** The item tables, the encoder and what is known of people: from histories to states. */
export class StateEncoder {
  readonly parameters: readonly ParameterSpec[];
  /** `[rows, hidden]`: the states of the batch that was loaded last, and their gradient. */
  state: Address = 0;
  dState: Address = 0;
  readonly #architecture: Architecture;
  readonly #encoder: Encoder;
  readonly #users: UserFeatures;

  constructor(architecture: Architecture) {
    const { items, historyLength, embedding, hidden, itemEmbeddings, userFeatures } = architecture;
    const tokenWidth = tokenWidthOf(architecture);
    const trainedWidth = itemEmbeddings?.train === true ? tokenWidth : embedding;
    this.#architecture = architecture;
    this.#users = new UserFeatures(userFeatures, hidden);
    this.#encoder = createEncoder(
      architecture,
      { items, historyLength, tokenWidth, trainedWidth, hidden },
      this.#users,
    );
    const table = (name: string): ParameterSpec => ({ name, rows: items, columns: tokenWidth, perItem: true });
    this.parameters = [table('positive'), table('negative'), ...this.#encoder.parameters, ...this.#users.parameters];
  }

  /**
   * Draws the first weights. Of what is known of an item, `positive` has a copy that `negative` has not, and the other way
   * round, so that a token shows which of the two happened.
   */
  initialize(parameters: Parameters, random: Random): void {
    const { embedding, itemEmbeddings } = this.#architecture;
    // Embeddings of unit length on average.
    const deviation = 1 / Math.sqrt(embedding);
    for (const [index, table] of ['positive', 'negative'].entries()) {
      parameters.fillNormal(table, deviation, random, 0, embedding);
      if (itemEmbeddings === undefined) continue;
      const { data, width } = itemEmbeddings;
      parameters.eachRow(table, (row, item) => {
        row.set(data.subarray(item * width, (item + 1) * width), embedding + index * width);
      });
    }
    this.#encoder.initialize(parameters, random);
    this.#users.initialize(parameters, random);
  }

  reserve(arena: Arena, rows: number): void {
    const { hidden } = this.#architecture;
    this.#users.reserve(arena, rows);
    this.#encoder.reserve(arena, rows);
    this.state = arena.allocateFloats(rows * hidden);
    this.dState = arena.allocateFloats(rows * hidden);
  }

  /** Takes a batch in and works its states out. @throws {DivergenceError} where they are not finite. */
  encode(arena: Arena, team: Team, parameters: Parameters, histories: Histories): void {
    const { sessions } = histories;
    const { hidden } = this.#architecture;
    this.#users.load(arena, histories);
    this.#encoder.load(arena, histories);
    team.run((kernels, share) => this.#encoder.forward(kernels, parameters, share));
    team.run((kernels, share) => {
      eachBlock(share, sessions, (from, to) => this.#encoder.states(kernels, parameters, this.state, from, to));
    });
    const wrong = arena.floats(this.state, sessions * hidden).findIndex((value) => !Number.isFinite(value));
    if (wrong === -1) return;
    const session = Math.floor(wrong / hidden);
    throw new DivergenceError(
      `The state of session ${session} is not finite: its feedback is no number, or the weights are too large.`,
    );
  }

  /** What `backward` needs; does not depend on the batch. */
  prepare(kernels: Kernels, parameters: Parameters, share: Share): void {
    this.#encoder.prepare(kernels, parameters, share);
  }

  /** From the states' gradient to those of the tokens. */
  backward(kernels: Kernels, parameters: Parameters, share: Share): void {
    this.#encoder.backward(kernels, parameters, share, this.state, this.dState);
  }

  /** Adds to the gradients of the weights. */
  gradients(kernels: Kernels, parameters: Parameters, share: Share): void {
    this.#encoder.gradients(kernels, parameters, share, this.dState);
  }
}
