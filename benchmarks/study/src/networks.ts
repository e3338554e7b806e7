import { createRandom } from '@ialp/env';
import {
  createNetwork,
  type EncoderName,
  type Head,
  initOutputsFromEmbeddings,
  type KernelsBuild,
  type Network,
} from '@ialp/policy';
import type { ItemFeatures } from '@ialp/policy/bandits';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** Item features from texts with the given width; undefined for 0. */
export type TextOf = (width: number) => ItemFeatures | undefined;

/** Options of a network of the study. */
export interface NetworkSpec {
  readonly items: number;
  readonly seed: number;
  readonly encoder: EncoderName;
  /** Build of the kernels. */
  readonly kernels: KernelsBuild;
  readonly text: ItemFeatures | undefined;
  readonly heads?: readonly Head[];
}

/** A network with random initial weights. */
export function freshNetwork({ items, seed, encoder, kernels, text, heads }: NetworkSpec): Network {
  const random = createRandom(seed).fork(STREAM.network);
  const network = createNetwork({
    ...{ items, historyLength: SETTINGS.historyLength, encoder, kernels, random },
    ...(heads && { heads }),
    ...(text && { itemEmbeddings: text }),
  });
  if (text) initOutputsFromEmbeddings(network, { itemEmbeddings: text, random });
  return network;
}
