import type { Head, Network } from '@ialp/policy';
import type { MethodInput } from './method.js';
import { freshNetwork } from './networks.js';

/** A network that begins with nothing but what is known of the items; `place` tells those of one run apart. */
export function ownNetwork(
  { space, seed, encoder, textOf, textWidth }: MethodInput,
  place = 0,
  heads?: readonly Head[],
): Network {
  const text = textOf(textWidth);
  return freshNetwork({ items: space.items, seed: seed + place, encoder, text, ...(heads && { heads }) });
}

/** The pre-trained policy's network. */
export function pretrainedNetwork(input: MethodInput): Network {
  const { space, seed, encoder, textOf } = input;
  const { weights, textWidth } = requirePretrained(input);
  const network = freshNetwork({ items: space.items, seed, encoder, text: textOf(textWidth) });
  network.setWeights(weights);
  return network;
}

/** A network of its own whose pre-training was stopped early. */
export function earlyNetwork(input: MethodInput): Network {
  const network = ownNetwork(input);
  network.setWeights(requirePretrained(input).start);
  return network;
}

function requirePretrained({ pretrained }: MethodInput): NonNullable<MethodInput['pretrained']> {
  if (pretrained === undefined) throw new Error('This method needs the pre-trained policy.');
  return pretrained;
}
