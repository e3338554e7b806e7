import type { Random } from '@ialp/core';
import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { ParameterSpec, Parameters } from '../parameters.js';
import type { Share } from '../threads/thread-pool.js';
import { addGradient, type Encoder, type EncoderSizes, packedLength, product, productTransposed } from './encoder.js';
import { Tokens } from './tokens.js';
import type { UserFeatures } from './user-features.js';

/** Numbers of a pooled history besides the mean token: its fill, the mean feedback, and two zeros. */
const EXTRA = 4;

/**
 * Mean pooling: `state = relu(pooled W + b)`, where `pooled` is the mean of the tokens, the share of the history that is
 * filled, and the mean feedback.
 */
export class MeanEncoder implements Encoder {
  readonly parameters: readonly ParameterSpec[];
  readonly #sizes: EncoderSizes;
  readonly #users: UserFeatures;
  readonly tokens: Tokens;
  readonly #width: number;
  #pooled: Address = 0;
  #dPooled: Address = 0;
  #packed: Address = 0;
  #zeros: Address = 0;

  constructor(sizes: EncoderSizes, users: UserFeatures) {
    this.#sizes = sizes;
    this.#users = users;
    this.tokens = new Tokens(sizes);
    this.#width = sizes.tokenWidth + EXTRA;
    this.parameters = [
      { name: 'hidden', rows: this.#width, columns: sizes.hidden },
      { name: 'hiddenBias', rows: 1, columns: sizes.hidden },
    ];
  }

  initialize(parameters: Parameters, random: Random): void {
    // Initialisation of He et al. 2015, for rectified linear units.
    parameters.fillNormal('hidden', Math.sqrt(2 / this.#width), random);
  }

  reserve(arena: Arena, rows: number): void {
    this.tokens.reserve(arena, rows);
    this.#zeros = arena.zeros;
    this.#pooled = arena.allocateFloats(rows * this.#width);
    this.#dPooled = arena.allocateFloats(rows * this.#width);
    this.#packed = arena.allocateFloats(packedLength(this.#width, this.#sizes.hidden));
  }

  load(arena: Arena, histories: Histories): void {
    this.tokens.load(arena, histories);
  }

  forward(kernels: Kernels, parameters: Parameters, share: Share): void {
    const { tokenWidth, historyLength } = this.#sizes;
    const tokens = this.tokens;
    tokens.eachBlock(share, (from, to, first, count) => {
      tokens.gather(kernels, parameters, first, count);
      kernels.pool(tokens.token, tokens.feedback, tokens.start, tokenWidth, historyLength, this.#pooled, from, to);
    });
  }

  states(kernels: Kernels, parameters: Parameters, state: Address, from: number, to: number): void {
    const { hidden } = this.#sizes;
    const [rows, width] = [to - from, this.#width];
    const out = state + 4 * from * hidden;
    const [weights, bias] = [parameters.value('hidden'), parameters.value('hiddenBias')];
    product(kernels, this.#pooled + 4 * from * width, width, weights, bias, out, hidden, rows);
    this.#users.add(kernels, parameters, state, from, to);
    kernels.rectify(out, rows * hidden);
  }

  prepare(kernels: Kernels, parameters: Parameters, share: Share): void {
    if (!share.takes(0)) return;
    kernels.packTransposed(parameters.value('hidden'), this.#width, this.#sizes.hidden, this.#packed);
  }

  backward(kernels: Kernels, _parameters: Parameters, share: Share, state: Address, dState: Address): void {
    const { hidden, tokenWidth } = this.#sizes;
    const [width, tokens] = [this.#width, this.tokens];
    tokens.eachBlock(share, (from, to) => {
      const rows = to - from;
      const [slope, dPooled] = [dState + 4 * from * hidden, this.#dPooled + 4 * from * width];
      kernels.rectifyBackward(state + 4 * from * hidden, slope, rows * hidden);
      productTransposed(kernels, slope, hidden, this.#packed, this.#zeros, dPooled, width, rows);
      kernels.poolBackward(tokens.start, tokenWidth, this.#dPooled, tokens.dToken, from, to);
    });
  }

  gradients(kernels: Kernels, parameters: Parameters, share: Share, dState: Address): void {
    const { hidden } = this.#sizes;
    const [rows, width] = [this.tokens.rows, this.#width];
    addGradient(kernels, share, this.#pooled, width, dState, hidden, parameters.gradient('hidden'), rows);
    if (share.takes(0)) kernels.addColumnSums(dState, 4 * hidden, parameters.gradient('hiddenBias'), rows, hidden);
    this.#users.gradients(kernels, parameters, share, dState, rows);
    this.tokens.scatter(kernels, parameters, share);
  }
}
