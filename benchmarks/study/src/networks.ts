import { createRandom } from '@ialp/env';
import { createNetwork, type EncoderName, type Head, initOutputsFromEmbeddings, type Network } from '@ialp/policy';
import type { ItemFeatures } from '@ialp/policy/bandits';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** What is known of the items' texts, in so many numbers; nothing for 0. */
export type TextOf = (width: number) => ItemFeatures | undefined;

/** What a network of the study may differ in. */
export interface NetworkSpec {
  readonly items: number;
  readonly seed: number;
  readonly encoder: EncoderName;
  readonly text: ItemFeatures | undefined;
  readonly heads?: readonly Head[];
}

/** A network with fresh weights, and with the kernels that give the same results on every machine. */
export function freshNetwork({ items, seed, encoder, text, heads }: NetworkSpec): Network {
  const random = createRandom(seed).fork(STREAM.network);
  const network = createNetwork({
    ...{ items, historyLength: SETTINGS.historyLength, encoder, kernels: 'portable', random },
    ...(heads && { heads }),
    ...(text && { itemEmbeddings: text }),
  });
  if (text) initOutputsFromEmbeddings(network, { itemEmbeddings: text, random });
  return network;
}
