import { z } from 'zod';
import { LanguageModelError } from './errors.js';
import type { LanguageModel, LanguageModelRequest } from './language-model.js';

/** One call and its reply, as a line of JSON keeps it. */
const recordSchema = z.strictObject({
  model: z.string(),
  system: z.string(),
  prompt: z.string(),
  schema: z.record(z.string(), z.unknown()),
  seed: z.int(),
  text: z.string(),
});

/**
 * Passes calls on to a model and gives each call with its reply to `write`, as a line of JSON without its line end.
 * What fails is not recorded.
 */
export function recordModel(model: LanguageModel, write: (line: string) => void): LanguageModel {
  return {
    name: model.name,
    async generate(request) {
      const { text } = await model.generate(request);
      const { system, prompt, schema, seed } = request;
      write(JSON.stringify({ model: model.name, system, prompt, schema, seed, text }));
      return { text };
    },
  };
}

/**
 * Replays what `recordModel` wrote. A request that was never made is an error, never a guess; of two records of one
 * request the later counts.
 * @param lines lines of JSON, for example a file split at its line ends; empty ones are passed over.
 * @throws {LanguageModelError} for a damaged line, which it names, and for records of two models.
 */
export function createRecordedModel(lines: readonly string[]): LanguageModel {
  const replies = new Map<string, string>();
  let name: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const { model, text, ...request } = parseRecord(line, index + 1);
    name ??= model;
    if (model !== name) {
      throw new LanguageModelError('recorded', `line ${index + 1}: expected a reply of ${name}; found one of ${model}`);
    }
    replies.set(keyOf(request), text);
  }
  const recorded = `recorded ${name ?? 'nothing'}`;
  return {
    name: recorded,
    async generate(request) {
      request.signal?.throwIfAborted();
      const text = replies.get(keyOf(request));
      if (text === undefined) {
        const start = JSON.stringify(request.prompt.slice(0, 60));
        throw new LanguageModelError(
          recorded,
          `has no reply to this request (prompt ${start}, seed ${request.seed}); record it first`,
        );
      }
      return { text };
    },
  };
}

function keyOf({ system, prompt, schema, seed }: Omit<LanguageModelRequest, 'signal'>): string {
  return JSON.stringify([system, prompt, schema, seed]);
}

function parseRecord(line: string, number: number): z.infer<typeof recordSchema> {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new LanguageModelError(
      'recorded',
      `line ${number}: expected a call and its reply as JSON; found ${line.slice(0, 40)}`,
      {
        cause: error,
      },
    );
  }
}
