import type { Random } from '@ialp/core';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { ParameterSpec, Parameters } from '../parameters.js';
import type { Share } from '../threads/thread-pool.js';
import { addGradient, type EncoderSizes, packedLength, product, productTransposed } from './encoder.js';
import type { Tokens } from './tokens.js';

const SQUARES = ['query', 'key', 'value', 'feedIn', 'feedOut'] as const;
type Square = (typeof SQUARES)[number];
const NORMS = ['attention', 'feed'] as const;

/**
 * A pre-normalisation transformer block (Xiong et al. 2020) with one head and no output projection:
 * `y = x + attend(a Q, a K, a V)` with `a = norm(x)`, then `out = y + relu(norm(y) W1 + b1) W2 + b2`.
 *
 * After the attention, the last block computes only the newest token of each state: its `rows` are states. In other blocks every
 * token is a row.
 */
export class AttentionBlock {
  readonly parameters: readonly ParameterSpec[];
  /** `[rows, hidden]`: the output. */
  out: Address = 0;
  /** Gradient of the output, set by the following layer. */
  dOut: Address = 0;
  readonly #prefix: string;
  readonly #last: boolean;
  readonly #sizes: EncoderSizes;
  readonly #tokens: Tokens;
  /** For every token: normalised input (before and after scale and shift), key, value, and their gradients. */
  #normal: Address = 0;
  #inverse: Address = 0;
  #attended: Address = 0;
  #key: Address = 0;
  #value: Address = 0;
  #dKey: Address = 0;
  #dValue: Address = 0;
  #dAttended: Address = 0;
  /** For every row: the query and its input, the attention weights, the hidden layer, and their gradients. */
  #queryInput: Address = 0;
  #query: Address = 0;
  #dQuery: Address = 0;
  #dQueryInput: Address = 0;
  #weights: Address = 0;
  #middle: Address = 0;
  #dMiddle: Address = 0;
  #feedNormal: Address = 0;
  #feedInverse: Address = 0;
  #feed: Address = 0;
  #dFeed: Address = 0;
  #inner: Address = 0;
  #dInner: Address = 0;
  #zeros: Address = 0;
  readonly #packed: Record<Square, Address> = { query: 0, key: 0, value: 0, feedIn: 0, feedOut: 0 };

  constructor(index: number, last: boolean, sizes: EncoderSizes, tokens: Tokens) {
    this.#prefix = `block${index}.`;
    this.#last = last;
    this.#sizes = sizes;
    this.#tokens = tokens;
    const { hidden } = sizes;
    const square = (name: string): ParameterSpec => ({ name: this.#prefix + name, rows: hidden, columns: hidden });
    const line = (name: string): ParameterSpec => ({ name: this.#prefix + name, rows: 1, columns: hidden });
    this.parameters = [
      ...SQUARES.map(square),
      ...NORMS.flatMap((norm) => [line(`${norm}Scale`), line(`${norm}Shift`)]),
      line('feedInBias'),
      line('feedOutBias'),
    ];
  }

  initialize(parameters: Parameters, random: Random): void {
    const { hidden } = this.#sizes;
    for (const name of SQUARES) parameters.fillNormal(this.#prefix + name, 1 / Math.sqrt(hidden), random);
    for (const norm of NORMS) parameters.fill(`${this.#prefix}${norm}Scale`, 1);
  }

  reserve(arena: Arena, states: number): void {
    const { hidden, historyLength } = this.#sizes;
    const tokens = states * historyLength;
    const rows = this.#last ? states : tokens;
    this.#zeros = arena.zeros;
    const ofTokens = (): Address => arena.allocateFloats(tokens * hidden);
    const ofRows = (): Address => arena.allocateFloats(rows * hidden);
    [this.#normal, this.#attended, this.#key, this.#value] = [ofTokens(), ofTokens(), ofTokens(), ofTokens()];
    [this.#dKey, this.#dValue, this.#dAttended] = [ofTokens(), ofTokens(), ofTokens()];
    this.#inverse = arena.allocateFloats(tokens);
    [this.#queryInput, this.#query, this.#dQuery, this.#dQueryInput] = [ofRows(), ofRows(), ofRows(), ofRows()];
    [this.#middle, this.#dMiddle, this.#feedNormal, this.#feed] = [ofRows(), ofRows(), ofRows(), ofRows()];
    [this.#dFeed, this.#inner, this.#dInner, this.out, this.dOut] = [ofRows(), ofRows(), ofRows(), ofRows(), ofRows()];
    this.#weights = arena.allocateFloats(rows * historyLength);
    this.#feedInverse = arena.allocateFloats(rows);
    for (const name of SQUARES) this.#packed[name] = arena.allocateFloats(packedLength(hidden, hidden));
  }

  prepare(kernels: Kernels, parameters: Parameters, share: Share): void {
    const { hidden } = this.#sizes;
    SQUARES.forEach((name, index) => {
      if (!share.takes(index)) return;
      kernels.packTransposed(parameters.value(this.#prefix + name), hidden, hidden, this.#packed[name]);
    });
  }

  /** The block's rows of states `from` up to `to`, whose tokens are `count` from `first` on. */
  #rowsOf(from: number, to: number, first: number, count: number): [row: number, rows: number] {
    return this.#last ? [from, to - from] : [first, count];
  }

  /** From `input`, `[tokens, hidden]`, to `out`, for the states `from` up to `to`. */
  forward(
    kernels: Kernels,
    parameters: Parameters,
    input: Address,
    from: number,
    to: number,
    first: number,
    count: number,
  ): void {
    const { hidden, historyLength } = this.#sizes;
    const weight = (name: string): Address => parameters.value(this.#prefix + name);
    const [row, rows] = this.#rowsOf(from, to, first, count);
    const [token, at] = [4 * first * hidden, 4 * row * hidden];
    const normal = this.#normal + token;
    const attended = this.#attended + token;
    const inverse = this.#inverse + 4 * first;
    const [scale, shift] = [weight('attentionScale'), weight('attentionShift')];
    kernels.layerNorm(input + token, scale, shift, normal, inverse, attended, count, hidden);
    product(kernels, attended, hidden, weight('key'), this.#zeros, this.#key + token, hidden, count);
    product(kernels, attended, hidden, weight('value'), this.#zeros, this.#value + token, hidden, count);

    const middle = this.#middle + at;
    this.#copyRows(kernels, input, middle, from, to, token, rows);
    this.#copyRows(kernels, this.#attended, this.#queryInput + at, from, to, token, rows);
    product(kernels, this.#queryInput + at, hidden, weight('query'), this.#zeros, this.#query + at, hidden, rows);
    const { start } = this.#tokens;
    const newest = this.#last ? 1 : 0;
    const [query, key, value, weights] = [this.#query, this.#key, this.#value, this.#weights];
    kernels.attend(query, key, value, start, newest, historyLength, hidden, weights, this.#middle, from, to);

    const [feedNormal, feed, inner, out] = [this.#feedNormal + at, this.#feed + at, this.#inner + at, this.out + at];
    const feedInverse = this.#feedInverse + 4 * row;
    kernels.layerNorm(middle, weight('feedScale'), weight('feedShift'), feedNormal, feedInverse, feed, rows, hidden);
    product(kernels, feed, hidden, weight('feedIn'), weight('feedInBias'), inner, hidden, rows);
    kernels.rectify(inner, rows * hidden);
    product(kernels, inner, hidden, weight('feedOut'), weight('feedOutBias'), out, hidden, rows);
    kernels.addTo(middle, out, rows * hidden);
  }

  /** Copies the block's rows from `matrix`, `[tokens, hidden]`. */
  #copyRows(
    kernels: Kernels,
    matrix: Address,
    to: Address,
    from: number,
    last: number,
    token: number,
    rows: number,
  ): void {
    const { hidden } = this.#sizes;
    if (this.#last) kernels.gatherRows(matrix, this.#tokens.newest + 4 * from, to, last - from, hidden);
    else kernels.copy(matrix + token, to, rows * hidden);
  }

  /** Adds the block's rows to `matrix`, `[tokens, hidden]`. */
  #addRows(kernels: Kernels, source: Address, matrix: Address, from: number, to: number, token: number, rows: number) {
    const { hidden } = this.#sizes;
    if (this.#last) kernels.addToRows(source, this.#tokens.newest + 4 * from, matrix, to - from, hidden);
    else kernels.addTo(source, matrix + token, rows * hidden);
  }

  /** From `dOut` to the gradient of the input, which is set, for the states `from` up to `to`. */
  backward(
    kernels: Kernels,
    parameters: Parameters,
    dInput: Address,
    from: number,
    to: number,
    first: number,
    count: number,
  ): void {
    const { hidden, historyLength } = this.#sizes;
    const weight = (name: string): Address => parameters.value(this.#prefix + name);
    const [row, rows] = this.#rowsOf(from, to, first, count);
    const [token, at] = [4 * first * hidden, 4 * row * hidden];
    const [dOut, dInner, dFeed, dMiddle] = [this.dOut + at, this.#dInner + at, this.#dFeed + at, this.#dMiddle + at];
    productTransposed(kernels, dOut, hidden, this.#packed.feedOut, this.#zeros, dInner, hidden, rows);
    kernels.rectifyBackward(this.#inner + at, dInner, rows * hidden);
    productTransposed(kernels, dInner, hidden, this.#packed.feedIn, this.#zeros, dFeed, hidden, rows);
    kernels.copy(dOut, dMiddle, rows * hidden);
    const [feedNormal, feedInverse] = [this.#feedNormal + at, this.#feedInverse + 4 * row];
    kernels.layerNormBackward(feedNormal, feedInverse, weight('feedScale'), dFeed, dMiddle, rows, hidden);

    for (const slope of [this.#dKey, this.#dValue]) kernels.clear(slope + token, count * hidden);
    kernels.clear(this.#dQuery + at, rows * hidden);
    kernels.attendBackward(
      this.#query,
      this.#key,
      this.#value,
      this.#tokens.start,
      this.#last ? 1 : 0,
      historyLength,
      hidden,
      this.#weights,
      this.#dMiddle,
      this.#dQuery,
      this.#dKey,
      this.#dValue,
      from,
      to,
    );

    const dAttended = this.#dAttended + token;
    const dQueryInput = this.#dQueryInput + at;
    productTransposed(kernels, this.#dKey + token, hidden, this.#packed.key, this.#zeros, dAttended, hidden, count);
    productTransposed(kernels, this.#dValue + token, hidden, this.#packed.value, dAttended, dAttended, hidden, count);
    productTransposed(kernels, this.#dQuery + at, hidden, this.#packed.query, this.#zeros, dQueryInput, hidden, rows);
    this.#addRows(kernels, dQueryInput, this.#dAttended, from, to, token, rows);

    kernels.clear(dInput + token, count * hidden);
    this.#addRows(kernels, dMiddle, dInput, from, to, token, rows);
    const [normal, inverse] = [this.#normal + token, this.#inverse + 4 * first];
    kernels.layerNormBackward(normal, inverse, weight('attentionScale'), dAttended, dInput + token, count, hidden);
  }

  /** Adds to the gradients of the block's weights. */
  gradients(kernels: Kernels, parameters: Parameters, share: Share): void {
    const { hidden } = this.#sizes;
    const tokens = this.#tokens.count;
    const rows = this.#last ? this.#tokens.rows : tokens;
    const slope = (name: string): Address => parameters.gradient(this.#prefix + name);
    const add = (name: Square, input: Address, gradient: Address, steps: number): void =>
      addGradient(kernels, share, input, hidden, gradient, hidden, slope(name), steps);
    add('feedOut', this.#inner, this.dOut, rows);
    add('feedIn', this.#feed, this.#dInner, rows);
    add('query', this.#queryInput, this.#dQuery, rows);
    add('key', this.#attended, this.#dKey, tokens);
    add('value', this.#attended, this.#dValue, tokens);
    if (share.takes(0)) {
      kernels.addColumnSums(this.dOut, 4 * hidden, slope('feedOutBias'), rows, hidden);
      kernels.addColumnSums(this.#dInner, 4 * hidden, slope('feedInBias'), rows, hidden);
      kernels.layerNormGradients(this.#feedNormal, this.#dFeed, slope('feedScale'), slope('feedShift'), rows, hidden);
    }
    if (share.takes(1)) {
      const [scale, shift] = [slope('attentionScale'), slope('attentionShift')];
      kernels.layerNormGradients(this.#normal, this.#dAttended, scale, shift, tokens, hidden);
    }
  }
}
