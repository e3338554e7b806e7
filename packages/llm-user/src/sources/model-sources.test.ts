import { describe, expect, test } from 'vitest';
import { preferenceSourceChecks } from '../conformance/index.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import type { PromptTemplate } from '../prompt-template.js';
import { CATALOGUE } from '../test-support/catalogue.js';
import { createGradedSource } from './graded-source.js';
import { createListwiseSource } from './listwise-source.js';
import { createPointwiseSource } from './pointwise-source.js';
import { createProbabilitySource } from './probability-source.js';
import { LISTWISE } from './prompts/listwise.v1.js';

/** A model that is a function of the request, and keeps what it was asked. */
function model(reply: (request: LanguageModelRequest) => LanguageModelReply | string) {
  const asked: LanguageModelRequest[] = [];
  const made: LanguageModel = {
    specificationVersion: 'v1',
    name: 'made up',
    async generate(request) {
      asked.push(request);
      const said = reply(request);
      return typeof said === 'string' ? { text: said } : said;
    },
  };
  return { made, asked };
}

const shown = ({ prompt }: LanguageModelRequest): string => prompt.slice(prompt.indexOf('They are now shown:'));
const likesSpace = (request: LanguageModelRequest): boolean => shown(request).includes('<item>space');
const question = { state: { items: [0, 1], feedback: [1, 0], persona: 'a pilot' }, candidates: [5, 2, 4] };
const KINDS = {
  pointwise: {
    create: createPointwiseSource,
    reply: (request: LanguageModelRequest) => JSON.stringify({ answer: likesSpace(request) ? 'yes' : 'no' }),
    isPositionFree: true,
  },
  graded: {
    create: createGradedSource,
    reply: (request: LanguageModelRequest) => {
      const lines = shown(request).match(/^\d+\. .*$/gm) ?? [];
      return JSON.stringify({ ratings: lines.map((line) => (line.includes('space') ? 5 : 2)) });
    },
    isPositionFree: true,
  },
  probability: {
    create: createProbabilitySource,
    reply: (request: LanguageModelRequest) => ({
      text: 'yes',
      probabilities: likesSpace(request) ? [0.6, 0.2] : [0.1, 0.3],
    }),
    isPositionFree: true,
  },
} as const;

describe.each(Object.entries(KINDS))('a %s source keeps the rules', (_, { create, reply, isPositionFree }) => {
  const make = () => create({ model: model(reply).made, catalogue: CATALOGUE });
  const makeFailing = () =>
    create({ model: model(() => ({ text: 'no JSON', probabilities: [0, 0] })).made, catalogue: CATALOGUE });
  for (const check of preferenceSourceChecks(make, { items: 12, isPositionFree, makeFailing }))
    test(check.name, check.run);
});

test.each([
  ['pointwise', [0, 1, 1], 3],
  ['graded', [0.25, 1, 1], 1],
  ['probability', [0.25, expect.closeTo(0.75, 12), expect.closeTo(0.75, 12)], 3],
] as const)('%s: probabilities in the order of the candidates, in so many calls', async (kind, expected, calls) => {
  const { made, asked } = model(KINDS[kind].reply);
  const source = KINDS[kind].create({ model: made, catalogue: CATALOGUE });
  const { probabilities, raw } = await source.ask(question);
  expect(probabilities).toEqual(expected);
  expect(asked).toHaveLength(calls);
  expect(raw.split('\n')).toHaveLength(calls);
  expect(source.requests?.(question)).toEqual(asked);
  expect(asked[0].prompt).toMatch(/^This person:\n<item>a pilot<\/item>\n\nThis person took:\n<item>space 0<\/item>/);
  expect(asked[0].promptVersion).toBe(`${kind}.v1`);
});

test('pointwise: what is common to a user’s calls stands first', async () => {
  const { made, asked } = model(KINDS.pointwise.reply);
  await createPointwiseSource({ model: made, catalogue: CATALOGUE }).ask(question);
  const common = asked[0].prompt.slice(0, asked[0].prompt.indexOf('They are now shown'));
  for (const { prompt } of asked) expect(prompt.startsWith(common)).toBe(true);
});

test('pointwise: a call that cannot be read fails the question, and is asked for once more first', async () => {
  const { made, asked } = model((request) => (shown(request).includes('space 2') ? 'perhaps' : '{"answer":"no"}'));
  const call = createPointwiseSource({ model: made, catalogue: CATALOGUE }).ask(question);
  await expect(call).rejects.toBeInstanceOf(LanguageModelError);
  await expect(call).rejects.toMatchObject({ kind: 'unusable reply', raw: 'perhaps' });
  expect(asked).toHaveLength(3);
});

test.each(['{"ratings": [1, 2]}', '{"ratings": [1, 2, 6]}', '{"ratings": [1, 2, 2.5]}', '{"ratings": 3}'])(
  'graded: %s is not one rating from 1 to 5 a candidate',
  async (text) => {
    const call = createGradedSource({ model: model(() => text).made, catalogue: CATALOGUE }).ask(question);
    await expect(call).rejects.toMatchObject({ kind: 'unusable reply', raw: text });
  },
);

test('a repaired reply is counted', async () => {
  const { made } = model(({ prompt }) => (prompt.includes('could not be used') ? '{"liked": [2]}' : 'Number 2!'));
  const answer = await createListwiseSource({ model: made, catalogue: CATALOGUE }).ask(question);
  expect(answer).toEqual({ probabilities: [0, 1, 0], raw: '{"liked": [2]}', repairs: 1 });
});

describe('words of your own', () => {
  const template: PromptTemplate = {
    ...LISTWISE,
    version: 'mine.v3',
    system: 'Be brief.',
    prompt: ({ candidates }) => candidates.join(' / '),
  };

  test('are asked, with their version', async () => {
    const { made, asked } = model(() => '{"liked": []}');
    const source = createListwiseSource({ model: made, catalogue: CATALOGUE, template });
    await source.ask(question);
    expect(asked[0]).toMatchObject({
      promptVersion: 'mine.v3',
      system: 'Be brief.',
      prompt: 'love 5 / space 2 / space 4',
    });
    expect(source.promptVersion).toBe('mine.v3');
  });
});

describe('the budget of text', () => {
  const long = { items: CATALOGUE.items.map((item, k) => ({ ...item, text: `item ${k} ${'very '.repeat(200)}long` })) };
  const ask = async (options: object, asked = question) => {
    const { made, asked: seen } = model(() => '{"liked": []}');
    await createListwiseSource({ model: made, catalogue: long, ...options }).ask(asked);
    return seen[0].prompt;
  };

  test('cuts each item', async () => {
    const prompt = await ask({ maxItemTokens: 10 });
    for (const [item] of prompt.matchAll(/<item>.*?<\/item>/g)) expect(item.length).toBeLessThanOrEqual(35 + 13);
  });

  test('leaves the oldest of a history out', async () => {
    const state = { items: [0, 1, 2, 3], feedback: [1, 1, 1, 1] };
    const prompt = await ask({ maxItemTokens: 10, maxTextTokens: 40 }, { state, candidates: [5] } as typeof question);
    expect(prompt).not.toMatch(/item 0/);
    expect(prompt).toMatch(/item 1 .*\n<item>item 2 .*\n<item>item 3 /);
  });

  test('says so where the candidates alone are too long', async () => {
    await expect(ask({ maxItemTokens: 10, maxTextTokens: 25 })).rejects.toThrow(/maxTextTokens: expected at least 32/);
    await expect(ask({ maxItemTokens: 0 })).rejects.toThrow(/maxItemTokens/);
  });

  test('cuts between characters, not within', async () => {
    const emoji = { items: [{ ...CATALOGUE.items[0], text: '🎬'.repeat(50) }] };
    const { made, asked } = model(() => '{"liked": []}');
    const source = createListwiseSource({ model: made, catalogue: emoji, maxItemTokens: 3 });
    await source.ask({ state: { items: [], feedback: [] }, candidates: [0] });
    expect(asked[0].prompt).toContain('<item>🎬🎬</item>');
  });
});
