import {
  checkBoolean,
  checkInteger,
  checkOneOf,
  checkOptionNames,
  described,
  InvalidOptionError,
  type Random,
} from '@ialp/core';
import { checkNamedOptions, checkNumbers, checkOptions } from '../checks/options.js';
import { ShapeError } from '../errors.js';
import type { Head } from '../network.js';
import { type Shortlist, shortlistOf } from '../shortlist.js';
import { type Build, defaultBuild, fastestBuild } from './kernels.js';
import { nativeAddon, nativeRuns } from './native-addon.js';
import type { Optimizer } from './optimizer.js';
import { checkItemOptimizer, type ItemOptimizer } from './rowwise-adagrad.js';

/** State encoder of a built-in network: mean pooling, a gated recurrent unit, or self-attention. */
export type EncoderName = 'mean' | 'gru' | 'attention';

/** Given features of the items, such as embeddings of their texts. */
export interface ItemEmbeddings {
  /** `[items, width]`, row-major. */
  readonly data: Float32Array;
  /** A multiple of 4; pad with zeros if needed. */
  readonly width: number;
  /** Whether training may change them. Default false. */
  readonly train?: boolean;
}

/** Options of `createNetwork`. */
export interface NetworkOptions {
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions in a state's history (`L`). Default 10. */
  readonly historyLength?: number;
  /** Default `mean`. */
  readonly encoder?: EncoderName;
  /** Blocks of the encoder `attention`, 1 or 2. Default 1. */
  readonly blocks?: number;
  /** Width of an item's learned embedding; a multiple of 4, 0 only with `itemEmbeddings`. Default 32. */
  readonly embedding?: number;
  /** Width of a state; a multiple of 4. Default 64. */
  readonly hidden?: number;
  /**
   * Given features of the items, in addition to the learned embeddings. The network projects them to the width of its first layer, and with
   * `tiedItems` also compares them with a learned projection of the state, so that an item has a place in both before it has been shown.
   */
  readonly itemEmbeddings?: ItemEmbeddings;
  /** Number of user features, `userFeatures` of the states. Default 0. */
  readonly userFeatures?: number;
  /** Heads on top of the encoder. Default actor and value. */
  readonly heads?: readonly Head[];
  /** Default Adam. */
  readonly optimizer?: Optimizer;
  /**
   * Optimiser of the tensors with a row for each item: embeddings, output vectors and their biases. With row-wise Adagrad a row has one number of
   * state, and only the rows of the items in a batch have gradients, so that training a large catalogue takes little more memory than deciding.
   * Default: `optimizer`, with gradients and moments as large as the tables.
   */
  readonly itemOptimizer?: ItemOptimizer;
  /**
   * Whether the history's items and the actor's output vectors share one table of width `embedding` (Press and Wolf 2017, arXiv 1608.05859; theirs
   * with a projection): `logits = table (P^T state) + bias`. Positive and negative feedback then share it, too, and are told apart by their places in
   * a token. Takes a quarter of the memory with the default widths. `itemEmbeddings` are columns of the table, too. Needs the head `actor`. Default
   * false.
   */
  readonly tiedItems?: boolean;
  /**
   * Whether policies of this network, those of learners among them, score items with weights rounded to 8 bits, unless they are made with
   * `approximate: false`: see `EvaluationOptions`. For catalogues from about 5,000 items on, of which one decision at a time is made. Training
   * stays exact. Default false.
   */
  readonly approximateActing?: boolean;
  /**
   * Policies of this network, those of learners among them, act by a shortlist of so many items, or as given, unless they are made with
   * `shortlist: false`. For catalogues of a hundred thousand items and more, and for candidates of your own. Default none.
   */
  readonly shortlist?: number | Shortlist;
  /** Threads to compute on, including this one. Results do not depend on it. Default 1. */
  readonly threads?: number;
  /**
   * Build of the kernels: `portable` runs everywhere and gives the same bits everywhere; `fused` rounds less often and is faster, but
   * needs relaxed SIMD; `native` uses the processor's own vector instructions and needs the package `@ialp/policy-native`; `auto` is `native`
   * where that loads, else the default. Default: the fastest in WebAssembly that the runtime supports.
   */
  readonly kernels?: Build | 'auto';
  /** Draws the initial weights. */
  readonly random: Random;
}

const OPTION_NAMES: readonly (keyof NetworkOptions)[] = [
  'items',
  'historyLength',
  'encoder',
  'blocks',
  'embedding',
  'hidden',
  'itemEmbeddings',
  'userFeatures',
  'heads',
  'optimizer',
  'itemOptimizer',
  'tiedItems',
  'approximateActing',
  'shortlist',
  'threads',
  'kernels',
  'random',
];

/** Complete options. */
export type Architecture = Required<
  Omit<NetworkOptions, 'random' | 'itemEmbeddings' | 'itemOptimizer' | 'kernels' | 'shortlist'>
> & {
  readonly kernels: Build;
  readonly itemEmbeddings: Required<ItemEmbeddings> | undefined;
  readonly itemOptimizer: Required<ItemOptimizer> | undefined;
  readonly shortlist: Shortlist | undefined;
};

/**
 * Width of a token: the learned embedding, and the given features once for positive and once for negative feedback; with tied items both once for
 * each.
 */
export function tokenWidthOf({ embedding, itemEmbeddings, tiedItems }: Architecture): number {
  const given = itemEmbeddings?.width ?? 0;
  return tiedItems ? 2 * (embedding + given) : embedding + 2 * given;
}

/** Width of a row of the item tables: the learned embedding and the given features; these twice if the tables are not tied. */
export function tableWidthOf(architecture: Architecture): number {
  const width = tokenWidthOf(architecture);
  return architecture.tiedItems ? width / 2 : width;
}

const HEADS: readonly Head[] = ['actor', 'value', 'q'];
const ENCODERS: readonly EncoderName[] = ['mean', 'gru', 'attention'];
/** More threads would be idle: work is divided into blocks of 32 states, or of 16 items. */
const MAX_THREADS = 64;

function checkMultipleOf4(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least && value % 4 === 0) return;
  throw new InvalidOptionError(option, value, least === 0 ? '0 or a multiple of 4' : 'a positive multiple of 4');
}

/** Checks the options and fills in the defaults. @throws {InvalidOptionError} {NativeKernelsError} */
export function architectureOf(options: NetworkOptions): Architecture {
  checkNamedOptions(options, '{ items: 100, random: createRandom(1) }', OPTION_NAMES);
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
    itemOptimizer,
    tiedItems = false,
    approximateActing = false,
    shortlist,
    threads = 1,
    kernels = defaultBuild(),
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
  if (heads.length === 0) throw new InvalidOptionError('heads', heads, 'at least one of actor, value and q');
  for (const head of heads) checkOneOf('heads', head, HEADS);
  const twice = heads.find((head, k) => heads.indexOf(head) !== k);
  if (twice !== undefined) throw new InvalidOptionError('heads', described(`${twice} twice`), 'each head once');
  checkTied(tiedItems, heads);
  if (shortlist !== undefined && !heads.includes('actor')) {
    throw new InvalidOptionError('shortlist', shortlist, 'none without the head actor, whose policies act by it');
  }
  checkBoolean('approximateActing', approximateActing);
  checkInteger('threads', threads, 1);
  if (threads > MAX_THREADS) throw new InvalidOptionError('threads', threads, `at most ${MAX_THREADS}`);
  return {
    ...{ items, historyLength, encoder, blocks, embedding, hidden, userFeatures, optimizer },
    ...{ tiedItems, approximateActing, threads, kernels: buildOf(kernels) },
    heads: HEADS.filter((head) => heads.includes(head)),
    itemEmbeddings: itemEmbeddings === undefined ? undefined : checkEmbeddings(itemEmbeddings, items),
    itemOptimizer: itemOptimizer === undefined ? undefined : checkItemOptimizer(itemOptimizer),
    shortlist: shortlist === undefined ? undefined : shortlistOf(shortlist),
  };
}

function checkTied(tiedItems: boolean, heads: readonly Head[]): void {
  checkBoolean('tiedItems', tiedItems);
  if (!tiedItems) return;
  if (!heads.includes('actor')) {
    throw new InvalidOptionError(
      'tiedItems',
      tiedItems,
      "false without the head 'actor', whose output vectors are tied",
    );
  }
}

/** The build to load. */
function buildOf(kernels: Build | 'auto'): Build {
  checkOneOf('kernels', kernels, ['portable', 'fused', 'native', 'auto']);
  if (kernels === 'auto') return nativeRuns() ? 'native' : defaultBuild();
  if (kernels === 'native') nativeAddon();
  if (kernels === 'fused' && fastestBuild() !== 'fused') {
    throw new InvalidOptionError('kernels', kernels, "'portable': this runtime has no relaxed SIMD");
  }
  return kernels;
}

const EMBEDDINGS_OPTIONS: readonly (keyof ItemEmbeddings)[] = ['data', 'width', 'train'];

function checkEmbeddings(embeddings: ItemEmbeddings, items: number): Required<ItemEmbeddings> {
  checkOptions(embeddings, '{ data, width }', 'itemEmbeddings');
  checkOptionNames(embeddings, EMBEDDINGS_OPTIONS, { option: 'itemEmbeddings' });
  const { data, width, train = false } = embeddings;
  checkBoolean('itemEmbeddings.train', train);
  checkNumbers('itemEmbeddings.data', data);
  checkMultipleOf4('itemEmbeddings.width', width, 4);
  if (data.length !== items * width) {
    throw new ShapeError('numbers in itemEmbeddings.data', data.length, items * width);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (wrong !== -1)
    throw new InvalidOptionError(`itemEmbeddings.data[${wrong}]`, data[wrong], 'a finite number in single precision');
  return { data, width, train };
}
