/** Policies that act by a shortlist: the rules of policies, exact propensities, slates, exploration, and candidates of one's own. */
import { countAllowed, createRandom, InvalidOptionError, isAllowed, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyChecks } from '../conformance/policy-checks.js';
import { createNetwork } from '../engine/built-in-network.js';
import type { NetworkOptions } from '../engine/network-options.js';
import { DivergenceError, NothingAllowedError } from '../errors.js';
import type { Network, States } from '../network.js';
import type { Policy } from '../policy.js';
import type { Shortlist } from '../shortlist.js';
import { makeStates } from '../test-support/batch.js';
import { createNetworkPolicy } from './network-policy.js';

const HISTORY = 3;

function networkOf(items: number, options: Partial<NetworkOptions> = {}): Network {
  const sizes = { items, historyLength: HISTORY, embedding: 8, hidden: 12 };
  const network = createNetwork({ ...sizes, random: createRandom(1), ...options });
  network.scaleActor(100);
  return network;
}

/** Every third item, some of them twice, and none at all in states whose history is empty. */
function everyThird({ rows, items, historyItems, historyLength }: States): Int32Array {
  const count = Math.ceil(items / 3) + 2;
  return Int32Array.from({ length: rows * count }, (_, place) => {
    const [row, k] = [Math.floor(place / count), place % count];
    if (historyItems[(row + 1) * historyLength - 1] === -1 || k === 0) return -1;
    return (3 * (k - 1)) % items;
  });
}

const SHORTLISTS: readonly [string, number | Shortlist][] = [
  ['one item', 1],
  ['5 items', 5],
  ['more than there are', 5000],
  ['5 items and exploration', { items: 5, epsilon: 0.3 }],
  ['nothing but exploration', { items: 5, epsilon: 1 }],
  ['candidates', { generate: everyThird }],
  ['candidates and exploration', { generate: everyThird, epsilon: 0.3 }],
];

describe.each(SHORTLISTS)('%s', (_name, shortlist) => {
  describe.each([1, 7, 700])('%i items: a policy that keeps the rules', (items) => {
    const make = () => createNetworkPolicy(networkOf(items), { shortlist });
    for (const { name, run } of policyChecks(make, { historyLength: HISTORY })) test(name, run);
  });
});

/** `[rows][items]`: all probabilities. */
function tableOf(policy: Policy, observation: Observation): number[][] {
  const distribution = policy.distribution(observation);
  const { rows, items } = observation;
  const columns = Array.from({ length: items }, (_, item) => distribution.propensity(new Int32Array(rows).fill(item)));
  return Array.from({ length: rows }, (_, row) => columns.map((column) => column[row]));
}

describe('against the policy over the whole catalogue', () => {
  const ITEMS = 900;
  const network = networkOf(ITEMS);
  const states = makeStates(8, ITEMS, HISTORY, 3);
  const exact = tableOf(createNetworkPolicy(network), states);

  test('with a list of all items it is the same policy', () => {
    const listed = tableOf(createNetworkPolicy(network, { shortlist: ITEMS }), states);
    for (const [row, probabilities] of exact.entries()) {
      for (const [item, p] of probabilities.entries()) expect(listed[row][item]).toBeCloseTo(p, 6);
    }
  });

  test('with a short list: its renormalised probabilities on the list, 0 outside, and the uniform part of exploration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.constantFrom(0, 0.1, 1), (items, epsilon) => {
        const policy = createNetworkPolicy(network, { shortlist: { items, epsilon } });
        const found = tableOf(policy, states);
        const { items: listed } = network.logits!(states, { approximate: true }).top(items);
        for (let row = 0; row < 8; row++) {
          const list = listed.subarray(row * items, (row + 1) * items).filter((item) => item >= 0);
          const mass = list.reduce((sum, item) => sum + exact[row][item], 0);
          const share = epsilon / countAllowed(states, row);
          for (let item = 0; item < ITEMS; item++) {
            const own = list.includes(item) ? exact[row][item] / mass : 0;
            const expected = isAllowed(states, row, item) ? (1 - epsilon) * own + share : 0;
            expect(Math.abs(found[row][item] - expected)).toBeLessThan(1e-5);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  test('total variation from it is the mass outside the list', () => {
    const listed = tableOf(createNetworkPolicy(network, { shortlist: 50 }), states);
    for (const [row, probabilities] of exact.entries()) {
      const apart = probabilities.reduce((sum, p, item) => sum + Math.abs(p - listed[row][item]), 0) / 2;
      const outside = probabilities.reduce((sum, p, item) => sum + (listed[row][item] === 0 ? p : 0), 0);
      expect(apart).toBeCloseTo(outside, 4);
    }
  });
});

test('a slate that is longer than the list goes on with random items', () => {
  const policy = createNetworkPolicy(networkOf(40), { shortlist: 2 });
  const states = makeStates(4, 40, HISTORY, 3);
  const best = policy.distribution(states).top(2).items.slice();
  const { items, propensity } = policy.distribution(states).sample(createRandom(2), { count: 4 });
  for (let row = 0; row < 4; row++) {
    expect([...items.subarray(4 * row, 4 * row + 2)].sort()).toEqual([...best.subarray(2 * row, 2 * row + 2)].sort());
    const left = countAllowed(states, row);
    expect(propensity[4 * row + 2]).toBeCloseTo(1 / (left - 2), 6);
    expect(propensity[4 * row + 3]).toBeCloseTo(1 / (left - 3), 6);
  }
  expect(() => policy.distribution(states).sample(createRandom(2), { count: 40 })).toThrow(NothingAllowedError);
});

test('one item that is far above all others: the next positions of a slate are not uniform', () => {
  const network = networkOf(40);
  const bias = network.weights()['actorBias'];
  const data = bias.data.slice();
  data[3] = 5000;
  data[4] = 20;
  network.setWeights({ ...network.weights(), actorBias: { ...bias, data } });
  const policy = createNetworkPolicy(network, { shortlist: 10 });
  const whole = makeStates(1, 40, HISTORY, 3);
  const states = {
    ...whole,
    available: new Uint8Array(40).fill(1),
    exclusions: { ...whole.exclusions, count: new Int32Array(1) },
  };
  expect(Array.from(policy.distribution(states).sample(createRandom(1), { count: 2 }).items)).toEqual([3, 4]);
});

describe('a network whose policies act by a list', () => {
  test('its own, those of copies, unless a policy says otherwise', () => {
    const network = networkOf(300, { shortlist: 20 });
    const states = makeStates(4, 300, HISTORY, 3);
    const expected = tableOf(createNetworkPolicy(networkOf(300), { shortlist: 20 }), states);
    const exact = tableOf(createNetworkPolicy(networkOf(300)), states);
    expect(expected).not.toEqual(exact);
    for (const one of [network, network.copy()]) {
      expect(one.shortlist).toEqual({ items: 20, epsilon: 0 });
      expect(tableOf(createNetworkPolicy(one), states)).toEqual(expected);
      expect(tableOf(createNetworkPolicy(one, { shortlist: false }), states)).toEqual(exact);
    }
  });

  test('1,024 items, if only the exploration rate is given', () => {
    expect(networkOf(10, { shortlist: { epsilon: 0.1 } }).shortlist).toEqual({ items: 1024, epsilon: 0.1 });
  });
});

describe('candidates of the user', () => {
  const network = networkOf(60);
  const states = makeStates(3, 60, HISTORY, 3);
  const policyOf = (generate: () => Int32Array): Policy => createNetworkPolicy(network, { shortlist: { generate } });

  test('the softmax over those that are allowed, each once', () => {
    const policy = policyOf(() =>
      Int32Array.from({ length: 3 * 20 }, (_, place) => (place % 20 < 12 ? place % 10 : -1)),
    );
    const exact = tableOf(createNetworkPolicy(network), states);
    tableOf(policy, states).forEach((probabilities, row) => {
      const mass = exact[row].slice(0, 10).reduce((sum, p) => sum + p, 0);
      for (const [item, p] of probabilities.entries()) {
        expect(p).toBeCloseTo(item < 10 ? exact[row][item] / mass : 0, 5);
      }
    });
  });

  test('may be chosen by the network itself, in other states', () => {
    const others = { ...states, historyItems: new Int32Array(states.historyItems.length).fill(-1) };
    const policy = policyOf(() => network.logits!(others).top(5).items);
    const listed = network.logits!(others).top(5).items.slice();
    const logits = network.logits!(states).of(listed).slice();
    tableOf(policy, states).forEach((probabilities, row) => {
      const places = Array.from({ length: 5 }, (_, k) => row * 5 + k).filter((place) =>
        isAllowed(states, row, listed[place]),
      );
      const masses = places.map((place) => Math.exp(logits[place]));
      const whole = masses.reduce((sum, mass) => sum + mass, 0);
      for (const [k, place] of places.entries()) expect(probabilities[listed[place]]).toBeCloseTo(masses[k] / whole, 5);
    });
  });

  test('with scores that are not finite: training has diverged', () => {
    const diverged = networkOf(60);
    const weights = diverged.weights();
    weights['actor'].data.fill(3e38);
    diverged.setWeights(weights);
    const policy = createNetworkPolicy(diverged, { shortlist: { generate: () => Int32Array.of(1, 2, 3) } });
    expect(() => policy.distribution(states)).toThrow(DivergenceError);
  });

  test.each([
    ['no array', () => undefined as never, 'items of shortlist.generate: expected an Int32Array'],
    ['another length', () => new Int32Array(4), 'as many for each of 3 states'],
    ['what is no item', () => Int32Array.of(1, 2, 60), 'items[2] of shortlist.generate: expected an item from 0 to 59'],
  ])('%s is refused', (_name, generate, message) => {
    expect(() => policyOf(generate).distribution(states)).toThrow(InvalidOptionError);
    expect(() => policyOf(generate).distribution(states)).toThrow(message);
  });
});

describe('refusals', () => {
  test.each([
    [0, 'shortlist.items'],
    [1.5, 'shortlist.items'],
    [{ items: -1 }, 'shortlist.items'],
    [{ epsilon: 1.1 }, 'shortlist.epsilon'],
    [{ generate: 3 }, 'shortlist.generate'],
    [{ generate: everyThird, items: 5 }, 'shortlist.items'],
    [{ item: 5 }, 'shortlist: expected only the options items, generate'],
    ['all', 'shortlist'],
  ])('%j', (shortlist, option) => {
    const given = shortlist as never;
    const network = networkOf(10);
    for (const make of [
      () => networkOf(10, { shortlist: given }),
      () => createNetworkPolicy(network, { shortlist: given }),
    ]) {
      expect(make).toThrow(InvalidOptionError);
      expect(make).toThrow(option);
    }
  });

  test('a network without an actor', () => {
    expect(() => createNetwork({ items: 5, heads: ['q'], shortlist: 3, random: createRandom(1) })).toThrow(
      /shortlist: expected none without the head actor/,
    );
  });

  test('a network without logits', () => {
    const { logits: _, ...others } = Object.assign(Object.create(null), networkOf(10)) as Network;
    const without = { ...others, heads: ['actor'], specificationVersion: 'v2', trainStep() {} } as unknown as Network;
    expect(() => createNetworkPolicy(without, { shortlist: 5 })).toThrow(
      'shortlist: expected none, or a network with logits',
    );
  });
});
