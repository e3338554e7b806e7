import type { Random } from '@ialp/core';
import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { ParameterSpec, Parameters } from '../parameters.js';
import type { Share } from '../threads/thread-pool.js';
import { AttentionBlock } from './attention-block.js';
import { addGradient, type Encoder, type EncoderSizes, packedLength, product, productTransposed } from './encoder.js';
import { Tokens } from './tokens.js';
import type { UserFeatures } from './user-features.js';

/** Initial standard deviation of the position embeddings: small compared with that of the tokens. */
const POSITION_DEVIATION = 0.1;

/**
 * Causal self-attention over the history, after SASRec (Kang and McAuley 2018): tokens plus position embeddings go through one or two
 * blocks; the state is the normalised row of the newest token, or 0 for an empty history.
 */
export class AttentionEncoder implements Encoder {
  readonly parameters: readonly ParameterSpec[];
  readonly #sizes: EncoderSizes;
  readonly #users: UserFeatures;
  readonly tokens: Tokens;
  readonly #blocks: readonly AttentionBlock[];
  /** `[tokens, hidden]`: input of the first block, and its gradient. */
  #input: Address = 0;
  #dInput: Address = 0;
  /** `[rows, hidden]`: the output's normalisation. */
  #normal: Address = 0;
  #inverse: Address = 0;
  #normed: Address = 0;
  #dNormed: Address = 0;
  /** `[rows]`: the state itself, -1 for one with an empty history. */
  #present: Address = 0;
  #packed: Address = 0;
  #zeros: Address = 0;

  constructor(sizes: EncoderSizes, users: UserFeatures, blocks: number) {
    this.#sizes = sizes;
    this.#users = users;
    this.tokens = new Tokens(sizes);
    this.#blocks = Array.from(
      { length: blocks },
      (_, index) => new AttentionBlock(index + 1, index === blocks - 1, sizes, this.tokens),
    );
    const { tokenWidth, hidden, historyLength } = sizes;
    this.parameters = [
      { name: 'input', rows: tokenWidth, columns: hidden },
      { name: 'position', rows: historyLength, columns: hidden },
      ...this.#blocks.flatMap(({ parameters }) => parameters),
      { name: 'outputScale', rows: 1, columns: hidden },
      { name: 'outputShift', rows: 1, columns: hidden },
    ];
  }

  initialize(parameters: Parameters, random: Random): void {
    parameters.fillNormal('input', 1 / Math.sqrt(this.#sizes.tokenWidth), random);
    parameters.fillNormal('position', POSITION_DEVIATION, random);
    for (const block of this.#blocks) block.initialize(parameters, random);
    parameters.fill('outputScale', 1);
  }

  reserve(arena: Arena, rows: number): void {
    const { historyLength, tokenWidth, hidden } = this.#sizes;
    this.tokens.reserve(arena, rows);
    this.#zeros = arena.zeros;
    for (const block of this.#blocks) block.reserve(arena, rows);
    this.#input = arena.allocateFloats(rows * historyLength * hidden);
    this.#dInput = arena.allocateFloats(rows * historyLength * hidden);
    this.#normal = arena.allocateFloats(rows * hidden);
    this.#normed = arena.allocateFloats(rows * hidden);
    this.#dNormed = arena.allocateFloats(rows * hidden);
    this.#inverse = arena.allocateFloats(rows);
    this.#present = arena.allocateFloats(rows);
    this.#packed = arena.allocateFloats(packedLength(tokenWidth, hidden));
  }

  load(arena: Arena, histories: Histories): void {
    this.tokens.load(arena, histories);
    const newest = arena.integers(this.tokens.newest, histories.rows);
    const present = arena.integers(this.#present, histories.rows);
    for (let row = 0; row < newest.length; row++) present[row] = newest[row] < 0 ? -1 : row;
  }

  forward(kernels: Kernels, parameters: Parameters, share: Share): void {
    const { hidden, tokenWidth } = this.#sizes;
    const [tokens, position] = [this.tokens, parameters.value('position')];
    tokens.eachBlock(share, (from, to, first, count) => {
      const input = this.#input + 4 * first * hidden;
      tokens.gather(kernels, parameters, first, count);
      kernels.gatherRows(position, tokens.place + 4 * first, input, count, hidden);
      const token = tokens.token + 4 * first * tokenWidth;
      product(kernels, token, tokenWidth, parameters.value('input'), input, input, hidden, count);
      let matrix = this.#input;
      for (const block of this.#blocks) {
        block.forward(kernels, parameters, matrix, from, to, first, count);
        matrix = block.out;
      }
    });
  }

  states(kernels: Kernels, parameters: Parameters, state: Address, from: number, to: number): void {
    const { hidden } = this.#sizes;
    const [at, rows] = [4 * from * hidden, to - from];
    const { out } = this.#blocks[this.#blocks.length - 1];
    const [scale, shift] = [parameters.value('outputScale'), parameters.value('outputShift')];
    const [normal, inverse, normed] = [this.#normal + at, this.#inverse + 4 * from, this.#normed + at];
    kernels.layerNorm(out + at, scale, shift, normal, inverse, normed, rows, hidden);
    kernels.gatherRows(this.#normed, this.#present + 4 * from, state + at, rows, hidden);
    this.#users.add(kernels, parameters, state, from, to);
  }

  prepare(kernels: Kernels, parameters: Parameters, share: Share): void {
    const { hidden, tokenWidth } = this.#sizes;
    if (share.takes(0)) kernels.packTransposed(parameters.value('input'), tokenWidth, hidden, this.#packed);
    for (const block of this.#blocks) block.prepare(kernels, parameters, share);
  }

  backward(kernels: Kernels, parameters: Parameters, share: Share, _state: Address, dState: Address): void {
    const { hidden, tokenWidth } = this.#sizes;
    const [tokens, blocks] = [this.tokens, this.#blocks];
    const last = blocks[blocks.length - 1];
    tokens.eachBlock(share, (from, to, first, count) => {
      const [at, rows] = [4 * from * hidden, to - from];
      kernels.gatherRows(dState, this.#present + 4 * from, this.#dNormed + at, rows, hidden);
      kernels.clear(last.dOut + at, rows * hidden);
      const [normal, inverse] = [this.#normal + at, this.#inverse + 4 * from];
      const scale = parameters.value('outputScale');
      kernels.layerNormBackward(normal, inverse, scale, this.#dNormed + at, last.dOut + at, rows, hidden);
      for (let index = blocks.length - 1; index >= 0; index--) {
        const dInput = index === 0 ? this.#dInput : blocks[index - 1].dOut;
        blocks[index].backward(kernels, parameters, dInput, from, to, first, count);
      }
      const [dInput, dToken] = [this.#dInput + 4 * first * hidden, tokens.dToken + 4 * first * tokenWidth];
      productTransposed(kernels, dInput, hidden, this.#packed, this.#zeros, dToken, tokenWidth, count);
    });
  }

  gradients(kernels: Kernels, parameters: Parameters, share: Share, dState: Address): void {
    const { hidden, tokenWidth } = this.#sizes;
    const tokens = this.tokens;
    const input = parameters.gradient('input');
    addGradient(kernels, share, tokens.token, tokenWidth, this.#dInput, hidden, input, tokens.count);
    for (const block of this.#blocks) block.gradients(kernels, parameters, share);
    if (share.takes(0)) {
      kernels.addToRows(this.#dInput, tokens.place, parameters.gradient('position'), tokens.count, hidden);
    }
    if (share.takes(1)) {
      const [scale, shift] = [parameters.gradient('outputScale'), parameters.gradient('outputShift')];
      kernels.layerNormGradients(this.#normal, this.#dNormed, scale, shift, tokens.rows, hidden);
    }
    this.#users.gradients(kernels, parameters, share, dState, tokens.rows);
    tokens.scatter(kernels, parameters, share);
  }
}
