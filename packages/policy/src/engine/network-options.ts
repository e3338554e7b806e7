import { checkInteger, checkOneOf, InvalidOptionError, type Random } from '@ialp/core';
import { ShapeError } from '../errors.js';
import type { Head } from '../network.js';
import { type Build, fastestBuild } from './kernels.js';
import type { Optimizer } from './optimizer.js';

/** How the built-in network turns a history into a state. */
export type EncoderName = 'mean' | 'gru' | 'attention';

/** Embeddings of the items that are known beforehand, such as those of their texts. */
export interface ItemEmbeddings {
  /** `[items, width]`, row-major. */
  readonly data: Float32Array;
  /** A multiple of 4; fill up with zeros where it is not. */
  readonly width: number;
  /** Whether training may change them. Default false. */
  readonly train?: boolean;
}

/** Options of `createNetwork`. */
export interface NetworkOptions {
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions that a state shows (`L`). Default 10. */
  readonly historyLength?: number;
  /** Default `mean`. */
  readonly encoder?: EncoderName;
  /** Blocks of the encoder `attention`, 1 or 2. Default 1. */
  readonly blocks?: number;
  /** Length of an item's own embedding; a multiple of 4, 0 only beside `itemEmbeddings`. Default 32. */
  readonly embedding?: number;
  /** Length of a state; a multiple of 4. Default 64. */
  readonly hidden?: number;
  /** What is known of the items; it stands beside their own embeddings. */
  readonly itemEmbeddings?: ItemEmbeddings;
  /** Numbers that are known of each person, `userFeatures` of the states. Default 0. */
  readonly userFeatures?: number;
  /** What the network has on top of its encoder. Default actor and value. */
  readonly heads?: readonly Head[];
  /** Default Adam. */
  readonly optimizer?: Optimizer;
  /** Threads to compute on, this one included. Results do not depend on it. Default 1. */
  readonly threads?: number;
  /**
   * Which build of the kernels to run: `portable` runs everywhere and gives the same bits everywhere; `fused` rounds
   * less often and is faster, where the runtime has relaxed SIMD. Default: the faster one that runs.
   */
  readonly kernels?: Build;
  /** Draws the first weights. */
  readonly random: Random;
}

/** Options of which none is left out. */
export type Architecture = Required<Omit<NetworkOptions, 'random' | 'itemEmbeddings'>> & {
  readonly itemEmbeddings: Required<ItemEmbeddings> | undefined;
};

/** Length of a token: an item's own embedding, and what is known of it as taken and as passed over. */
export function tokenWidthOf({ embedding, itemEmbeddings }: Architecture): number {
  return embedding + 2 * (itemEmbeddings?.width ?? 0);
}

const HEADS: readonly Head[] = ['actor', 'value', 'q'];
const ENCODERS: readonly EncoderName[] = ['mean', 'gru', 'attention'];
/** More would not be used: a job's parts are blocks of 32 states, or of 16 items. */
const MOST_THREADS = 64;

function checkMultipleOf4(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least && value % 4 === 0) return;
  throw new InvalidOptionError(option, value, least === 0 ? '0 or a multiple of 4' : 'a positive multiple of 4');
}

/** Fills in the defaults. @throws {InvalidOptionError} */
export function architectureOf(options: NetworkOptions): Architecture {
  const {
    items,
    historyLength = 10,
    encoder = 'mean',
    blocks = 1,
    embedding = 32,
    hidden = 64,
    itemEmbeddings,
    userFeatures = 0,
    heads = ['actor', 'value'],
    optimizer = { name: 'adam' },
    threads = 1,
    kernels = fastestBuild(),
  } = options;
  checkInteger('items', items, 1);
  checkInteger('historyLength', historyLength, 1);
  checkOneOf('encoder', encoder, ENCODERS);
  checkInteger('blocks', blocks, 1);
  if (blocks > 2) throw new InvalidOptionError('blocks', blocks, '1 or 2');
  checkMultipleOf4('embedding', embedding, itemEmbeddings === undefined ? 4 : 0);
  checkMultipleOf4('hidden', hidden, 4);
  checkInteger('userFeatures', userFeatures, 0);
  if (!Array.isArray(heads)) throw new InvalidOptionError('heads', heads, "a list, such as ['actor', 'value']");
  if (heads.length === 0) throw new InvalidOptionError('heads', 'none', 'at least one of actor, value and q');
  for (const head of heads) checkOneOf('heads', head, HEADS);
  const twice = heads.find((head, k) => heads.indexOf(head) !== k);
  if (twice !== undefined) throw new InvalidOptionError('heads', `${twice} twice`, 'each head once');
  checkInteger('threads', threads, 1);
  if (threads > MOST_THREADS) throw new InvalidOptionError('threads', threads, `at most ${MOST_THREADS}`);
  checkOneOf('kernels', kernels, ['portable', 'fused']);
  if (kernels === 'fused' && fastestBuild() !== 'fused') {
    throw new InvalidOptionError('kernels', kernels, "'portable': this runtime has no relaxed SIMD");
  }
  return {
    ...{ items, historyLength, encoder, blocks, embedding, hidden, userFeatures, optimizer, threads, kernels },
    heads: HEADS.filter((head) => heads.includes(head)),
    itemEmbeddings: itemEmbeddings && checkEmbeddings(itemEmbeddings, items),
  };
}

function checkEmbeddings({ data, width, train = false }: ItemEmbeddings, items: number): Required<ItemEmbeddings> {
  checkMultipleOf4('itemEmbeddings.width', width, 4);
  if (data.length !== items * width) {
    throw new ShapeError('numbers in itemEmbeddings.data', data.length, items * width);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`itemEmbeddings.data[${wrong}]`, data[wrong], 'a finite number');
  return { data, width, train };
}
