import { createRandom, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelReply } from '../language-model.js';
import type { ReplyStore } from '../reply-store.js';
import { createPointwiseSource } from '../sources/pointwise-source.js';
import { createProbabilitySource } from '../sources/probability-source.js';
import { CATALOGUE } from '../test-support/catalogue.js';
import type { TokenPrice } from './budget.js';
import { createRandomSampler } from './candidate-samplers.js';
import { type CollectOptions, collectPreferences } from './collect-preferences.js';
import { planCollection } from './plan.js';
import { collectPreferencesInRounds } from './rounds.js';

function modelOf(reply: () => unknown): LanguageModel {
  return {
    specificationVersion: 'v1',
    name: 'own',
    generate: async () => reply() as LanguageModelReply,
  };
}

const YES = '{"answer":"yes"}';

function options(reply: () => unknown, rest: Partial<CollectOptions> = {}): CollectOptions {
  return {
    states: Array.from({ length: 30 }, () => ({ items: [1], feedback: [1] })),
    candidates: [{ sampler: createRandomSampler(10), count: 1 }],
    source: createPointwiseSource({ model: modelOf(reply), catalogue: CATALOGUE }),
    random: createRandom(1),
    ...rest,
  };
}

describe('options of a distillation that would not hold', () => {
  test.each<[string, object, RegExp]>([
    ['a price without output', { budget: { cost: 0.005 }, price: { input: 1 } }, /^price\.output: expected a finite/],
    ['a price without input', { price: { output: 1 } }, /^price\.input: .*found undefined/],
    ['an empty price', { price: {} }, /^price\.input: /],
    ['a price of NaN', { price: { input: Number.NaN, output: 1 } }, /^price\.input: .*found NaN/],
    ['an endless price', { price: { input: 1, output: Infinity } }, /^price\.output: .*found Infinity/],
    ['a price in words', { price: { input: '1', output: 1 } }, /^price\.input: .*found "1"/],
    ['a price of null', { price: null }, /^price: expected an object/],
    ['a cost without a price', { budget: { cost: 1 } }, /^price: expected the price of tokens/],
    ['a budget of null', { budget: null }, /^budget: expected an object .*found null/],
    ['a limit in words', { budget: { calls: '5' } }, /^budget\.calls: /],
    ['Math.random', { random: Math.random }, /^random: expected a seeded generator: createRandom\(seed\)/],
    ['the path of a store', { store: 'x.db' }, /^store: expected a reply store, .*openReplyStore.*found "x.db"/],
    ['a store of null', { store: null }, /^store: /],
  ])('%s is refused before any call', async (_, rest, message) => {
    let calls = 0;
    const asked = options(() => ({ text: YES, calls: calls++ }), rest);
    const thrown = await collectPreferences(asked).catch((error) => error);
    expect(thrown).toBeInstanceOf(InvalidOptionError);
    expect(thrown.message).toMatch(message);
    const states = [...asked.states];
    await expect(collectPreferencesInRounds({ ...asked, states, rounds: 1, improve: () => [] })).rejects.toThrow(
      message,
    );
    expect(calls).toBe(0);
  });
});

test('a plan refuses half of a price, and a path for a store', async () => {
  const asked = options(() => ({ text: YES }));
  await expect(planCollection({ ...asked, price: { input: 1 } as TokenPrice })).rejects.toThrow(/^price\.output: /);
  const store = 'x.db' as unknown as ReplyStore;
  await expect(planCollection({ ...asked, store, fingerprint: 'own' })).rejects.toThrow(/^store: /);
});

describe('what a model says that a call took', () => {
  const spent = async (usage: unknown) => {
    const { summary } = await collectPreferences(options(() => ({ text: YES, usage }), { budget: { calls: 1 } }));
    return summary;
  };

  test.each([
    ['no output', { input: 1000 }],
    ['an output of null', { input: 1000, output: null }],
    ['an output of NaN', { input: '1000', output: Number.NaN }],
  ])('counts where there is %s, which is estimated', async (_, usage) => {
    const { usage: total, estimatedCalls } = await spent(usage);
    expect(total).toEqual({ input: 1000, output: 5 });
    expect(estimatedCalls).toBe(1);
  });

  test('counts as text are counts', async () => {
    const { usage, estimatedCalls } = await spent({ input: '1000', output: '7' });
    expect([usage, estimatedCalls]).toEqual([{ input: 1000, output: 7 }, 0]);
  });

  test('without any count both are estimated', async () => {
    for (const usage of [undefined, null, 5, {}, { input: 'many' }]) {
      const { usage: total, estimatedCalls } = await spent(usage);
      expect(total.input).toBeGreaterThan(20);
      expect([total.output, estimatedCalls]).toEqual([5, 1]);
    }
  });

  test('holds a budget of cost', async () => {
    const reply = () => ({ text: YES, usage: { input: 1000 } });
    const limits = { budget: { cost: 0.005 }, price: { input: 1, output: 1 } };
    const { summary } = await collectPreferences(options(reply, limits));
    expect(summary.stoppedBy).toBe('budget');
    expect(summary.calls).toBe(4);
    expect(summary.cost).toBeLessThan(0.005);
  });
});

describe('invalid replies', () => {
  test.each<[string, unknown, RegExp]>([
    ['null', null, /own: gave no reply with a text; found null/],
    ['an empty object', {}, /own: gave no reply with a text; found \{\}/],
    ['a text of 5', { text: 5 }, /own: gave no reply with a text; found \{"text":5\}/],
  ])('%s is a LanguageModelError of the source', async (_, reply, message) => {
    const source = createPointwiseSource({ model: modelOf(() => reply), catalogue: CATALOGUE });
    const asking = source.ask({ state: { items: [1], feedback: [1] }, candidates: [2] });
    const thrown = await asking.catch((error) => error);
    expect(thrown).toBeInstanceOf(LanguageModelError);
    expect(thrown.message).toMatch(message);
  });

  test.each<[string, unknown, RegExp]>([
    ['negative', [-0.1, 0.2], /found \[-0\.1,0\.2\]/],
    ['endless', [Infinity, 1], /found \["Infinity",1\]/],
    ['NaN', [Number.NaN, 0.5], /found \["NaN",0\.5\]/],
    ['too few', [0.3], /found \[0\.3\]/],
    ['too many', [0.3, 0.2, 0.1], /found \[0\.3,0\.2,0\.1\]/],
    ['null among them', [null, 0.5], /found \[null,0\.5\]/],
    ['texts', ['.1', '.2'], /found \["\.1","\.2"\]/],
    ['more than 1 together', [0.9, 0.8], /found \[0\.9,0\.8\]/],
    ['no list', 0.5, /found 0\.5/],
  ])('probabilities that are %s are a failed question, paid for, and the run goes on', async (_, wrong, message) => {
    let calls = 0;
    const usage = { input: 10, output: 1 };
    const reply = () => ({ text: 'yes', probabilities: calls++ === 1 ? wrong : [0.6, 0.2], usage });
    const source = createProbabilitySource({ model: modelOf(reply), catalogue: CATALOGUE });
    const { preferences, failures, summary } = await collectPreferences(options(reply, { source }));
    expect([preferences.length, failures.length]).toEqual([29, 1]);
    for (const { probabilities } of preferences) expect(probabilities).toEqual([0.6 / (0.6 + 0.2)]);
    expect(failures[0].error.message).toMatch(message);
    expect(summary.usage).toEqual({ input: 300, output: 30 });
  });
});
