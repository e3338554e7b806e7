import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languageModelChecks } from '../conformance/index.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { createProbabilitySource } from '../sources/probability-source.js';
import { LISTWISE } from '../sources/prompts/listwise.v1.js';
import { CATALOGUE } from '../test-support/catalogue.js';
import { chatTemplateWarning } from './llama-cpp/chat-template.js';
import { grammarSchema } from './llama-cpp/grammar-schema.js';
import { createLlamaCppModel, type LlamaCppModel } from './llama-cpp.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-gguf-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('what is no GGUF file is refused', async () => {
  await expect(createLlamaCppModel({ path: join(folder, 'none.gguf') })).rejects.toThrow(/no such file exists/);
  await expect(createLlamaCppModel({ path: folder })).rejects.toThrow(/this is a folder/);
  const path = join(folder, 'text.gguf');
  await writeFile(path, 'not a model');
  await expect(createLlamaCppModel({ path })).rejects.toThrow(/does not begin with GGUF/);
  await expect(createLlamaCppModel({ path, maxTokens: 0 })).rejects.toThrow(/maxTokens/);
});

test('a file that is cut short is an error that says so', async () => {
  const path = join(folder, 'cut.gguf');
  await writeFile(path, Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(64)]));
  const call = createLlamaCppModel({ path, gpu: false });
  await expect(call).rejects.toMatchObject({ name: 'LanguageModelError', isRetryable: false });
  await expect(call).rejects.toThrow(/cut\.gguf: the model could not be loaded/);
});

/** The head of a GGUF file (version 3) with metadata that are texts, and no tensors. */
function ggufOf(metadata: Readonly<Record<string, string>>): Buffer {
  const long = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const text = (value: string): Buffer => Buffer.concat([long(Buffer.byteLength(value)), Buffer.from(value)]);
  const [version, isText] = [3, 8].map((value) => Buffer.from([value, 0, 0, 0]));
  const entries = Object.entries(metadata);
  const pairs = entries.flatMap(([key, value]) => [text(key), isText, text(value)]);
  return Buffer.concat([Buffer.from('GGUF'), version, long(0), long(entries.length), ...pairs]);
}

test('a base model, which has no chat template, is known by its file', async () => {
  const [base, instruct] = [join(folder, 'base.gguf'), join(folder, 'instruct.gguf')];
  await writeFile(base, ggufOf({ 'general.architecture': 'llama', 'tokenizer.ggml.model': 'gpt2' }));
  const template = { 'tokenizer.chat_template': '{{ messages }}' };
  await writeFile(instruct, ggufOf({ 'general.architecture': 'llama', ...template }));
  expect(await chatTemplateWarning(base)).toMatch(/base\.gguf holds no chat template: it is most likely a base model/);
  expect(await chatTemplateWarning(instruct)).toBeUndefined();
});

test('short ranges of whole numbers are spelt out for the grammar', () => {
  expect(grammarSchema(LISTWISE.schema(3))).toMatchObject({
    type: 'object',
    properties: { liked: { type: 'array', items: { enum: [1, 2, 3] }, maxItems: 3 } },
    additionalProperties: false,
  });
  expect(grammarSchema({ type: 'integer', minimum: 0, maximum: 1e6 })).toMatchObject({ type: 'integer' });
});

const path = process.env['IALP_GGUF'];

if (path === undefined) {
  test('a real model in this process', ({ skip }) => skip('name a GGUF file of an instruct model in IALP_GGUF'));
} else {
  describe('a real model in this process', realModel);
}

function realModel(): void {
  const REQUEST = {
    promptVersion: 'v1',
    system: 'You are terse.',
    prompt: 'Which of the numbers 1 to 3 do you like?',
    schema: LISTWISE.schema(3),
    seed: 7,
  };
  let model: LlamaCppModel;

  beforeAll(async () => {
    model = await createLlamaCppModel({ path: path!, gpu: false, contextLength: 1024 });
  });

  afterAll(() => model.dispose());

  for (const check of languageModelChecks(() => model, { request: REQUEST, abortWithinMs: 10_000 })) {
    test(check.name, check.run);
  }

  test('answers by the schema, the same each time, and says what it took', async () => {
    const reply = await model.generate(REQUEST);
    const { liked } = JSON.parse(reply.text);
    for (const number of liked) expect([1, 2, 3]).toContain(number);
    expect(reply.usage?.input).toBeGreaterThan(10);
    await model.generate({ ...REQUEST, prompt: 'Something else?' });
    expect(await model.generate(REQUEST)).toEqual(reply);
  });

  test('gives the probabilities of words, which do not depend on what was asked before', async () => {
    const asked = { ...REQUEST, prompt: 'Is fire hot? Answer yes or no.', choices: ['yes', 'no'] };
    const { probabilities } = await model.generate(asked);
    expect(probabilities).toHaveLength(2);
    expect(probabilities![0] + probabilities![1]).toBeGreaterThan(0.05);
    expect(probabilities![0] + probabilities![1]).toBeLessThanOrEqual(1);
    await model.generate({ ...asked, prompt: 'Is fire cold? Answer yes or no.' });
    const again = await model.generate(asked);
    for (const k of [0, 1]) expect(again.probabilities![k]).toBeCloseTo(probabilities![k], 3);
  });

  test('refuses a prompt that is longer than its context', async () => {
    await expect(model.generate({ ...REQUEST, prompt: 'word '.repeat(2000) })).rejects.toThrow(/raise contextLength/);
  });

  test('plays a user', async () => {
    const question = { state: { items: [0, 1], feedback: [1, 0] }, candidates: [2, 3, 4] };
    const { probabilities } = await createListwiseSource({ model, catalogue: CATALOGUE }).ask(question);
    expect(probabilities).toHaveLength(3);
    const graded = await createProbabilitySource({ model, catalogue: CATALOGUE }).ask(question);
    for (const value of graded.probabilities) expect(value > 0 && value < 1).toBe(true);
  });
}
