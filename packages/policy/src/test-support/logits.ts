/** Networks of which the logits are known, for the tests of the kernels. */
import { createRandom, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { createNetwork } from '../engine/built-in-network.js';
import type { Network } from '../network.js';
import { observationOf } from './observations.js';

/** A network whose logits are these numbers in every state, and whose critic says 0. */
export function withLogits(logits: readonly number[]): Network {
  const network = createNetwork({
    items: logits.length,
    historyLength: 1,
    embedding: 4,
    hidden: 4,
    random: createRandom(1),
  });
  const weights = Object.fromEntries(
    Object.entries(network.weights()).map(([name, { shape, data }]) => [
      name,
      { shape, data: name === 'actorBias' ? Float32Array.from(logits) : new Float32Array(data.length) },
    ]),
  );
  network.setWeights(weights);
  return network;
}

/** States with empty histories, one for each mask; `undefined` allows all. */
export function states(items: number, ...masks: (readonly number[] | undefined)[]): Observation {
  const mask = masks.flatMap((each) => each ?? new Array<number>(items).fill(1));
  return observationOf(masks.length, items, { mask });
}

/** The softmax over allowed items in double precision: the reference. */
export function reference(logits: readonly number[], mask?: readonly number[]): { log: number[]; entropy: number } {
  const rounded = logits.map(Math.fround);
  const allowed = rounded.map((_, item) => mask === undefined || mask[item] === 1);
  const peak = Math.max(...rounded.filter((_, item) => allowed[item]));
  const sum = rounded.reduce((total, x, item) => total + (allowed[item] ? Math.exp(x - peak) : 0), 0);
  const log = rounded.map((x, item) => (allowed[item] ? x - peak - Math.log(sum) : Number.NEGATIVE_INFINITY));
  const entropy = -log.reduce((total, x) => (x === Number.NEGATIVE_INFINITY ? total : total + Math.exp(x) * x), 0);
  return { log, entropy };
}

/** Logits with an allowed item among them; every length up to a few vectors. */
export const row = (span: number) =>
  fc
    .array(fc.tuple(fc.double({ min: -span, max: span, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 21 })
    .map((pairs) => ({ logits: pairs.map(([logit]) => logit), mask: pairs.map(([, on]) => (on ? 1 : 0)) }))
    .filter(({ mask }) => mask.includes(1));
