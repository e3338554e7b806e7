import { checkInteger, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { ShapeError } from '../../errors.js';
import type { Head } from '../../network.js';
import type { ModelSizes } from '../model.js';

/** Given features of the items, such as embeddings of their texts. */
export interface ItemEmbeddings {
  /** `[items, width]` */
  readonly data: Float32Array;
  readonly width: number;
  /** Whether training may change them. Default false. */
  readonly train?: boolean;
}

/** Options of all built-in architectures. Items, history length and user features are options of the network. */
export interface ArchitectureOptions {
  /** Width of an item's learned embedding; 0 only with `itemEmbeddings`. Default 32. */
  readonly embedding?: number;
  /** Hidden units: the width of a state. Default 64. */
  readonly hidden?: number;
  /** Given features, in addition to the learned embeddings. Default none. */
  readonly itemEmbeddings?: ItemEmbeddings;
  /** Default `['actor', 'value']`. */
  readonly heads?: readonly Head[];
}

/** Checked options of an architecture with defaults, and the network's sizes. */
export interface Architecture extends ModelSizes {
  readonly embedding: number;
  readonly hidden: number;
  /** Width of a token. */
  readonly width: number;
  readonly itemEmbeddings: ItemEmbeddings | undefined;
  readonly heads: readonly Head[];
}

/**
 * Checks the options and fills in the defaults.
 * @throws {InvalidOptionError}
 * @throws {ShapeError} for item embeddings of another catalogue.
 */
export function completeOptions(options: ArchitectureOptions, sizes: ModelSizes): Architecture {
  checkOptionNames(options, ['embedding', 'hidden', 'itemEmbeddings', 'heads', 'blocks']);
  const { embedding = 32, hidden = 64, itemEmbeddings, heads = ['actor', 'value'] } = options;
  checkInteger('embedding', embedding, itemEmbeddings === undefined ? 1 : 0);
  checkInteger('hidden', hidden, 1);
  if (heads.length === 0) throw new InvalidOptionError('heads', heads, "some of 'actor', 'value', 'q'");
  if (itemEmbeddings !== undefined) {
    const { data, width } = itemEmbeddings;
    checkInteger('itemEmbeddings.width', width, 1);
    if (data.length !== sizes.items * width) {
      throw new ShapeError('length of itemEmbeddings.data', data.length, sizes.items * width);
    }
  }
  return { ...sizes, embedding, hidden, width: embedding + 2 * (itemEmbeddings?.width ?? 0), itemEmbeddings, heads };
}
