import type { Random } from '@ialp/core';
import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { ParameterSpec, Parameters } from '../parameters.js';
import type { Share } from '../threads/thread-pool.js';
import {
  addGradient,
  type Encoder,
  type EncoderSizes,
  eachBlock,
  packedLength,
  product,
  productTransposed,
} from './encoder.js';
import { StepTokens } from './step-tokens.js';
import { gatherTokens, scatterTokens } from './tokens.js';
import type { UserFeatures } from './user-features.js';

/**
 * A gated recurrent unit over the history (Cho et al. 2014; for recommendation Hidasi et al. 2016), oldest interaction
 * first; the state is its last state, or 0 for an empty history. For the formulas see `assembly/gru.ts`. The gates r, z, n are
 * consecutive columns of the weights.
 *
 * Padding of short histories is not computed.
 */
export class GruEncoder implements Encoder {
  readonly parameters: readonly ParameterSpec[];
  readonly #sizes: EncoderSizes;
  readonly #users: UserFeatures;
  readonly tokens: StepTokens;
  /** `[tokens, tokenWidth]`, and its gradient. */
  #token: Address = 0;
  #dToken: Address = 0;
  /** `[tokens, 3 * hidden]`: r, z, n; in the backward pass the gradients of their inputs. */
  #gates: Address = 0;
  /** `[tokens, hidden]`: `h U_n + c`; in the backward pass its gradient. */
  #candidate: Address = 0;
  /** `[tokens, hidden]`: the states after each token. */
  #state: Address = 0;
  /** `[rows, hidden]`, sorted: gradient of the state at the current step. */
  #dState: Address = 0;
  #packedInput: Address = 0;
  #packedState: Address = 0;
  #zeros: Address = 0;

  constructor(sizes: EncoderSizes, users: UserFeatures) {
    this.#sizes = sizes;
    this.#users = users;
    this.tokens = new StepTokens(sizes);
    const { tokenWidth, hidden } = sizes;
    this.parameters = [
      { name: 'inputGates', rows: tokenWidth, columns: 3 * hidden },
      { name: 'stateGates', rows: hidden, columns: 3 * hidden },
      { name: 'gatesBias', rows: 1, columns: 3 * hidden },
      { name: 'candidateBias', rows: 1, columns: hidden },
    ];
  }

  initialize(parameters: Parameters, random: Random): void {
    parameters.fillNormal('inputGates', 1 / Math.sqrt(this.#sizes.tokenWidth), random);
    parameters.fillNormal('stateGates', 1 / Math.sqrt(this.#sizes.hidden), random);
  }

  reserve(arena: Arena, rows: number): void {
    const { tokenWidth, hidden, historyLength } = this.#sizes;
    this.tokens.reserve(arena, rows);
    this.#zeros = arena.zeros;
    const tokens = rows * historyLength;
    this.#token = arena.allocateFloats(tokens * tokenWidth);
    this.#dToken = arena.allocateFloats(tokens * tokenWidth);
    this.#gates = arena.allocateFloats(tokens * 3 * hidden);
    this.#candidate = arena.allocateFloats(tokens * hidden);
    this.#state = arena.allocateFloats(tokens * hidden);
    this.#dState = arena.allocateFloats(rows * hidden);
    this.#packedInput = arena.allocateFloats(packedLength(tokenWidth, 3 * hidden));
    this.#packedState = arena.allocateFloats(packedLength(hidden, 3 * hidden));
  }

  load(arena: Arena, histories: Histories): void {
    this.tokens.load(arena, histories);
  }

  /** Calls `visit` for the part of a block of sorted rows that has an interaction at a step. */
  #at(step: number, from: number, to: number, visit: (token: number, rows: number, previous: number) => void): void {
    const { active, offset } = this.tokens;
    const rows = Math.min(to, active[step]) - from;
    if (rows > 0) visit(offset[step] + from, rows, step === 0 ? -1 : offset[step - 1] + from);
  }

  forward(kernels: Kernels, parameters: Parameters, share: Share): void {
    const { hidden, tokenWidth, historyLength } = this.#sizes;
    const [inputGates, stateGates] = [parameters.value('inputGates'), parameters.value('stateGates')];
    const [gatesBias, candidateBias] = [parameters.value('gatesBias'), parameters.value('candidateBias')];
    const { item, feedback } = this.tokens;
    const [row, gatesRow] = [4 * hidden, 12 * hidden];
    eachBlock(share, this.tokens.rows, (from, to) => {
      for (let step = 0; step < historyLength; step++) {
        this.#at(step, from, to, (token, rows, previous) => {
          const x = this.#token + 4 * token * tokenWidth;
          const gates = this.#gates + token * gatesRow;
          const candidate = this.#candidate + token * row;
          const before = previous < 0 ? 0 : this.#state + previous * row;
          gatherTokens(kernels, parameters, this.#sizes, item + 4 * token, feedback + 4 * token, rows, x);
          product(kernels, x, tokenWidth, inputGates, gatesBias, gates, 3 * hidden, rows);
          if (before === 0) {
            kernels.fillRows(candidateBias, candidate, rows, hidden);
          } else {
            const ofN = stateGates + 2 * row;
            kernels.multiply(
              before,
              row,
              stateGates,
              gatesRow,
              32,
              gates,
              gatesRow,
              gates,
              gatesRow,
              rows,
              hidden,
              2 * hidden,
            );
            kernels.multiply(before, row, ofN, gatesRow, 32, candidateBias, 0, candidate, row, rows, hidden, hidden);
          }
          kernels.gruCell(gates, candidate, before, this.#state + token * row, rows, hidden);
        });
      }
    });
  }

  states(kernels: Kernels, parameters: Parameters, state: Address, from: number, to: number): void {
    const { hidden } = this.#sizes;
    kernels.gatherRows(this.#state, this.tokens.newest + 4 * from, state + 4 * from * hidden, to - from, hidden);
    this.#users.add(kernels, parameters, state, from, to);
  }

  prepare(kernels: Kernels, parameters: Parameters, share: Share): void {
    const { hidden, tokenWidth } = this.#sizes;
    if (share.takes(0))
      kernels.packTransposed(parameters.value('inputGates'), tokenWidth, 3 * hidden, this.#packedInput);
    if (share.takes(1)) kernels.packTransposed(parameters.value('stateGates'), hidden, 3 * hidden, this.#packedState);
  }

  backward(kernels: Kernels, _parameters: Parameters, share: Share, _state: Address, dState: Address): void {
    const { hidden, tokenWidth, historyLength } = this.#sizes;
    const { order, rows: all } = this.tokens;
    const [row, gatesRow, panel] = [4 * hidden, 12 * hidden, 32 * 3 * hidden];
    eachBlock(share, all, (from, to) => {
      const dBlock = this.#dState + from * row;
      kernels.gatherRows(dState, order + 4 * from, dBlock, to - from, hidden);
      for (let step = historyLength - 1; step >= 0; step--) {
        this.#at(step, from, to, (token, rows, previous) => {
          const gates = this.#gates + token * gatesRow;
          const candidate = this.#candidate + token * row;
          const before = previous < 0 ? 0 : this.#state + previous * row;
          const dToken = this.#dToken + 4 * token * tokenWidth;
          kernels.gruCellBackward(gates, candidate, before, dBlock, rows, hidden);
          if (before !== 0) {
            // The transpose of U: its first 2 * hidden rows belong to r and z, the others to n.
            const [ofGates, ofCandidate] = [this.#packedState, this.#packedState + 64 * hidden];
            kernels.multiply(gates, gatesRow, ofGates, 32, panel, dBlock, row, dBlock, row, rows, 2 * hidden, hidden);
            kernels.multiply(candidate, row, ofCandidate, 32, panel, dBlock, row, dBlock, row, rows, hidden, hidden);
          }
          productTransposed(kernels, gates, 3 * hidden, this.#packedInput, this.#zeros, dToken, tokenWidth, rows);
        });
      }
    });
  }

  gradients(kernels: Kernels, parameters: Parameters, share: Share, dState: Address): void {
    const { hidden, tokenWidth, historyLength } = this.#sizes;
    const { count, rows, active, offset, gradientRow, feedback } = this.tokens;
    const [row, gatesRow] = [4 * hidden, 12 * hidden];
    addGradient(
      kernels,
      share,
      this.#token,
      tokenWidth,
      this.#gates,
      3 * hidden,
      parameters.gradient('inputGates'),
      count,
    );
    const [first, last] = share.range(hidden, 4);
    const gradient = parameters.gradient('stateGates') + first * gatesRow;
    for (let step = 1; step < historyLength && active[step] > 0; step++) {
      const before = this.#state + offset[step - 1] * row + 4 * first;
      const [gates, candidate] = [this.#gates + offset[step] * gatesRow, this.#candidate + offset[step] * row];
      const [height, steps] = [last - first, active[step]];
      kernels.multiplyTransposed(before, row, gates, gatesRow, 32, gradient, gatesRow, height, steps, 2 * hidden);
      kernels.multiplyTransposed(before, row, candidate, row, 32, gradient + 2 * row, gatesRow, height, steps, hidden);
    }
    if (share.takes(0)) {
      kernels.addColumnSums(this.#gates, gatesRow, parameters.gradient('gatesBias'), count, 3 * hidden);
    }
    if (share.takes(1)) {
      kernels.addColumnSums(this.#candidate, row, parameters.gradient('candidateBias'), count, hidden);
    }
    this.#users.gradients(kernels, parameters, share, dState, rows);
    scatterTokens(kernels, parameters, share, this.#sizes, gradientRow, feedback, this.#dToken, count);
  }
}
