import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { languageModelChecks } from '../conformance/index.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelReply } from '../language-model.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { createMemoryStore } from '../store/memory-store.js';
import { withStore } from '../store/stored-model.js';
import { CATALOGUE } from '../test-support/catalogue.js';
import { createRecordedModel } from './recorded-model.js';

const request = { promptVersion: 'v1', system: 's', prompt: 'Which?', schema: { type: 'object' }, seed: 3 };
const question = { state: { items: [0, 1], feedback: [1, 0] }, candidates: [5, 2, 4] };
const model = (reply: LanguageModelReply): LanguageModel => ({
  specificationVersion: 'v1',
  name: 'm',
  generate: async () => reply,
});

/** Lets a model answer, and gives what was kept, as lines. */
async function record(from: LanguageModel, ask: (model: LanguageModel) => Promise<unknown>): Promise<string[]> {
  const store = createMemoryStore();
  await ask(withStore(from, { store }));
  return Array.from(store, (kept) => JSON.stringify(kept));
}

describe('a recorded model', () => {
  test('replays what a model said, with a source on top', async () => {
    const live = model({ text: '{"liked": [2]}', usage: { input: 40, output: 5 } });
    const lines = await record(live, (stored) =>
      createListwiseSource({ model: stored, catalogue: CATALOGUE }).ask(question),
    );
    const replayed = createListwiseSource({ model: createRecordedModel(lines), catalogue: CATALOGUE });
    expect(await replayed.ask(question)).toMatchObject({ probabilities: [0, 1, 0] });
    await expect(replayed.ask({ ...question, candidates: [2] })).rejects.toThrow(
      /m: the record has no reply to this request \(listwise\.v1, prompt "This person took/,
    );
    await expect(replayed.ask({ ...question, candidates: [2] })).rejects.toMatchObject({ kind: 'not recorded' });
  });

  test('gives the reply as it came, probabilities and usage with it', async () => {
    const reply = { text: 'yes', probabilities: [0.7, 0.2], usage: { input: 9, output: 1 } };
    const asked = { ...request, choices: ['yes', 'no'] };
    const lines = await record(model(reply), (stored) => stored.generate(asked));
    expect(await createRecordedModel(lines).generate(asked)).toEqual(reply);
    // Without the choices it is another request.
    await expect(createRecordedModel(lines).generate(request)).rejects.toBeInstanceOf(LanguageModelError);
  });

  test('is known by the fingerprint of the model that it replays', async () => {
    const live = { ...model({ text: 'x' }), fingerprint: async () => 'weights 7' };
    const lines = await record(live, (stored) => stored.generate(request));
    expect(await createRecordedModel(lines).fingerprint?.()).toBe('weights 7');
  });

  test('refuses damaged lines by their place, replies of two models, and nothing at all', async () => {
    const [line] = await record(model({ text: 'x' }), (stored) => stored.generate(request));
    const other = JSON.stringify({ ...JSON.parse(line), fingerprint: 'n' });
    const from = { from: 'r.jsonl' };
    expect(() => createRecordedModel(['', '{"model": '], from)).toThrow(
      /r\.jsonl:2: expected a reply as a line of JSON/,
    );
    expect(() => createRecordedModel([line, '{"model": "m"}'], from)).toThrow(/r\.jsonl:2: .*\(request: /);
    expect(() => createRecordedModel([line, other], from)).toThrow(/r\.jsonl:2: expected a reply of m, .*found "n"/);
    expect(() => createRecordedModel(['', ' '], from)).toThrow(/r\.jsonl: expected at least one/);
    expect(() => createRecordedModel([])).toThrow(InvalidOptionError);
  });

  describe('keeps the rules', () => {
    const make = async (text = 'x', asked = request): Promise<LanguageModel> =>
      createRecordedModel(await record(model({ text }), (stored) => stored.generate(asked)));
    const makeUnreachable = () => make('x', { ...request, seed: 4 });
    for (const check of languageModelChecks(() => make(), { request, makeUnreachable })) test(check.name, check.run);
  });
});
