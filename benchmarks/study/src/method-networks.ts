import type { Head, Network } from '@ialp/policy';
import type { MethodInput } from './method.js';
import { freshNetwork } from './networks.js';

/** An untrained network with item features; `place` distinguishes the networks of a run. */
export function ownNetwork(
  { space, seed, encoder, kernels, textOf, textWidth }: MethodInput,
  place = 0,
  heads?: readonly Head[],
): Network {
  const text = textOf(textWidth);
  return freshNetwork({ items: space.items, seed: seed + place, encoder, kernels, text, ...(heads && { heads }) });
}

/** The network of the pre-trained policy. */
export function pretrainedNetwork(input: MethodInput): Network {
  const { space, seed, encoder, kernels, textOf } = input;
  const { weights, textWidth } = pretrainedOf(input);
  const network = freshNetwork({ items: space.items, seed, encoder, kernels, text: textOf(textWidth) });
  network.setWeights(weights);
  return network;
}

/** A network whose pre-training was stopped early. */
export function earlyNetwork(input: MethodInput): Network {
  const network = ownNetwork(input);
  network.setWeights(pretrainedOf(input).start);
  return network;
}

function pretrainedOf({ pretrained }: MethodInput): NonNullable<MethodInput['pretrained']> {
  if (pretrained === undefined) throw new Error('This method needs the pre-trained policy.');
  return pretrained;
}
