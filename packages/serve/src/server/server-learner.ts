import { createAdaptiveLearner, createOnlineNetwork } from '@ialp/adaptive';
import { createRandom, type ItemIndex } from '@ialp/core';
import {
  createA2C,
  createNetwork,
  createNetworkPolicy,
  initOutputsFromEmbeddings,
  type Learner,
  type Network,
} from '@ialp/policy';
import type { ServerSetup } from './setup.js';

/** Independent random streams of a setup's seed. */
const STREAM = { pretrained: 1, online: 2, outputs: 3 } as const;

/** Networks of so many items act by weights of 8 bits: one decision then takes a fraction of the time. */
const APPROXIMATE_FROM = 5_000;

/** Scale of the logits of the copy that learns online: less certain than the pre-trained policy, so that it explores. */
const ONLINE_LOGIT_SCALE = 0.5;

/** A learner and the networks that it consists of. */
export interface ServerLearner {
  readonly learner: Learner;
  /** The network to pre-train, or to load weights into. Its policy decides at first. */
  readonly first: Network;
}

/** Embeddings of the items of an index. */
export interface IndexedEmbeddings {
  /** `[capacity, width]`, zeros for indices without an item. */
  readonly data: Float32Array;
  readonly width: number;
}

function networkOf({ capacity, historyLength, seed }: ServerSetup, stream: number): Network {
  const approximateActing = capacity >= APPROXIMATE_FROM;
  const random = createRandom(seed).fork(stream);
  return createNetwork({ items: capacity, historyLength, approximateActing, kernels: 'auto', random });
}

/** The network of a policy that is pre-trained, with random weights. */
export function firstNetwork(setup: ServerSetup): Network {
  return networkOf(setup, setup.learner === 'a2c' ? STREAM.online : STREAM.pretrained);
}

/**
 * The learner of a setup. All processes of a deployment make the same, so that the weights of one fit into the others.
 * @param first the pre-trained network; the learner's own without one.
 */
export function createServerLearner(setup: ServerSetup, first = firstNetwork(setup)): Learner {
  if (setup.learner === 'a2c') return createA2C({ network: first });
  const online = createOnlineNetwork(first, { logitScale: ONLINE_LOGIT_SCALE });
  return createAdaptiveLearner({ pretrained: createNetworkPolicy(first), online: createA2C({ network: online }) });
}

/** Gives similar items similar weights, so that what is learned of one is learned of the others. */
export function initializeOutputs(network: Network, itemEmbeddings: IndexedEmbeddings, { seed }: ServerSetup): void {
  initOutputsFromEmbeddings(network, { itemEmbeddings, random: createRandom(seed).fork(STREAM.outputs) });
}

/** Embeddings by the indices of their items. */
export function indexedEmbeddings(
  index: Pick<ItemIndex, 'capacity' | 'indexOf'>,
  vectors: ReadonlyMap<string, ArrayLike<number>>,
): IndexedEmbeddings | undefined {
  const width = vectors.values().next().value?.length;
  if (width === undefined) return undefined;
  const data = new Float32Array(index.capacity * width);
  for (const [id, vector] of vectors) {
    const item = index.indexOf(id);
    if (item !== -1) data.set(vector, item * width);
  }
  return { data, width };
}
